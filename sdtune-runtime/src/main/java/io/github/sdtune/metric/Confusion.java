package io.github.sdtune.metric;

import java.util.List;

/** Counts of predictions: {@code counts.get(truth).get(predicted)}, both as indices of classes. */
public record Confusion(List<String> classes, List<List<Integer>> counts) {
  public Confusion {
    classes = List.copyOf(classes);
    counts = counts.stream().map(List::copyOf).toList();
  }
}
