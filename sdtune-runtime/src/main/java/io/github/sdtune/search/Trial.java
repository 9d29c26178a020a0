package io.github.sdtune.search;

import io.github.sdtune.train.TrainingSettings;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A training to try.
 *
 * @param number from 1
 * @param values what was chosen, by the names of elements in {@code <training>}
 * @param training all of its settings
 */
public record Trial(int number, SortedMap<String, String> values, TrainingSettings training) {
  public Trial {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
  }
}
