package io.github.sdtune.job;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All options that were in force, for whoever finds the weights later. Nothing is computed from it:
 * that is what the settings are for. It tells no paths and no times.
 *
 * @param version of this record as JSON
 * @param options by their places, {@code training.rules[1].rank}
 */
public record ResolvedConfiguration(int version, SortedMap<String, Option> options) {
  public static final int VERSION = 1;

  /** Where nobody told. */
  public static final ResolvedConfiguration NONE = new ResolvedConfiguration(Map.of());

  public ResolvedConfiguration {
    options = Collections.unmodifiableSortedMap(new TreeMap<>(options));
  }

  public ResolvedConfiguration(Map<String, Option> options) {
    this(VERSION, new TreeMap<>(options));
  }

  /**
   * A value and where it is from.
   *
   * @param value a text, a number, a truth value or a list of them; null: there is none
   * @param source {@code POM}, {@code command line}, {@code preset attention} or {@code default}
   */
  public record Option(@JsonInclude(JsonInclude.Include.ALWAYS) Object value, String source) {
    public Option {
      if (value instanceof Long whole && whole == whole.intValue()) {
        value = whole.intValue(); // as it comes back from JSON
      }
    }
  }
}
