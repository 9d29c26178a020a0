package io.github.sdtune.train;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts how often a picture was used in a run. A dataset may hold a picture more than once, with
 * another caption perhaps: its copies share an id, but must not share noise.
 */
final class Copies {
  private final List<Integer> ranks = new ArrayList<>();
  private final List<Integer> totals;

  /**
   * @param ids of the pictures, in the order of the dataset
   */
  Copies(List<String> ids) {
    Map<String, Integer> counts = new HashMap<>();
    ids.forEach(id -> ranks.add(counts.merge(id, 1, Integer::sum) - 1));
    this.totals = ids.stream().map(counts::get).toList();
  }

  /** How often the picture at {@code index} came before an epoch, its copies counted in order. */
  int occurrence(int index, int epoch) {
    return Math.addExact(Math.multiplyExact(epoch, totals.get(index)), ranks.get(index));
  }
}
