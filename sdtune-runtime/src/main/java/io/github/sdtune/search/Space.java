package io.github.sdtune.search;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.search.Candidates.Listed;
import io.github.sdtune.search.Candidates.Range;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.Purpose;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All settings that may be tried. Lists make a grid, which is gone through in a random order;
 * numbers are drawn from ranges anew each time (random search: Bergstra and Bengio 2012,
 * https://jmlr.org/papers/v13/bergstra12a.html). The first draws are the same however many follow.
 *
 * @param candidates by the name of the setting
 */
public record Space(SortedMap<String, Candidates> candidates) {
  private static final int MOST_COMBINATIONS = 10_000;

  /** Draws in vain, per setting that is wanted, before a space is taken to have no more. */
  private static final int PATIENCE = 100;

  public Space {
    candidates = new TreeMap<>(candidates);
    if (candidates.isEmpty()) {
      throw new SdtuneException(
          "<tune><parameters>: found none, expected what to try, such as"
              + " <learningRate>1e-5..1e-3 log</learningRate>");
    }
    long combinations = combinations(candidates);
    if (combinations > MOST_COMBINATIONS) {
      throw new SdtuneException(
          "<tune><parameters>: found %s combinations of listed values, expected %d at most; give some as ranges"
              .formatted(combinations, MOST_COMBINATIONS));
    }
  }

  /** How many settings there are; absent if a range is among them. */
  public Optional<Integer> size() {
    return candidates.values().stream().anyMatch(Range.class::isInstance)
        ? Optional.empty()
        : Optional.of((int) combinations(candidates));
  }

  private static long combinations(Map<String, Candidates> candidates) {
    double product = 1; // which cannot overflow
    for (Candidates of : candidates.values()) {
      product *= of instanceof Listed listed ? listed.values().size() : 1;
    }
    return (long) product;
  }

  /** Different settings, by name: {@code count} of them, or fewer if there are no more. */
  public List<SortedMap<String, String>> draw(int count, long seed) {
    KeyedRandom random = new KeyedRandom(seed);
    int grid = (int) combinations(candidates);
    Set<SortedMap<String, String>> drawn = new LinkedHashSet<>();
    int[] order = {};
    for (int i = 0; drawn.size() < count && i < (long) PATIENCE * count + grid; i++) {
      if (i % grid == 0) {
        order = random.permutation(Purpose.TRIAL_GRID, "pass", i / grid, grid);
      }
      drawn.add(settings(order[i % grid], i, random));
    }
    return new ArrayList<>(drawn);
  }

  /** Combination number {@code cell} of the lists, with draw number {@code i} of the ranges. */
  private SortedMap<String, String> settings(int cell, int i, KeyedRandom random) {
    SortedMap<String, String> settings = new TreeMap<>();
    int left = cell;
    for (Map.Entry<String, Candidates> of : candidates.entrySet()) {
      if (of.getValue() instanceof Listed listed) {
        settings.put(of.getKey(), listed.values().get(left % listed.values().size()));
        left /= listed.values().size();
      } else if (of.getValue() instanceof Range range) {
        double share = random.uniform(Purpose.TRIAL_RANGE, of.getKey(), i, 1)[0];
        settings.put(of.getKey(), range.at(share));
      }
    }
    return settings;
  }
}
