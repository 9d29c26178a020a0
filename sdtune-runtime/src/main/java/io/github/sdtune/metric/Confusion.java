package io.github.sdtune.metric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/** Counts of predictions: {@code counts.get(truth).get(predicted)}, both as indices of classes. */
public record Confusion(List<String> classes, List<List<Integer>> counts) {
  public Confusion {
    classes = List.copyOf(classes);
    counts = counts.stream().map(List::copyOf).toList();
    int size = classes.size();
    if (counts.size() != size || counts.stream().anyMatch(row -> row.size() != size)) {
      throw new IllegalArgumentException(size + " classes need a square of counts: " + counts);
    }
  }

  /**
   * Counts predictions, the classes sorted by name.
   *
   * @param truth class of each picture
   * @param predicted class that was predicted for each picture, in the same order
   */
  public static Confusion of(List<String> truth, List<String> predicted) {
    TreeSet<String> classes = new TreeSet<>(truth);
    classes.addAll(predicted);
    return of(List.copyOf(classes), truth, predicted);
  }

  /** The same with the classes given, in their order; it must hold all that occur. */
  public static Confusion of(List<String> classes, List<String> truth, List<String> predicted) {
    if (truth.size() != predicted.size()) {
      throw new IllegalArgumentException(
          truth.size() + " true classes, but " + predicted.size() + " predicted ones");
    }
    int[][] counts = new int[classes.size()][classes.size()];
    for (int i = 0; i < truth.size(); i++) {
      counts[index(classes, truth.get(i))][index(classes, predicted.get(i))]++;
    }
    List<List<Integer>> rows = new ArrayList<>();
    for (int[] row : counts) {
      rows.add(Arrays.stream(row).boxed().toList());
    }
    return new Confusion(classes, rows);
  }

  private static int index(List<String> classes, String name) {
    int index = classes.indexOf(name);
    if (index < 0) {
      throw new IllegalArgumentException("not one of the classes " + classes + ": " + name);
    }
    return index;
  }
}
