package io.github.sdtune.metric;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A measured value. It carries its own direction and unit, so that whoever reads it need not know
 * it.
 *
 * @param value may be NaN, which no gate lets pass
 * @param items the value of each item (by its id) that {@code value} is the mean of; empty where
 *     there are none. Paired comparisons need them.
 * @param sample how many pictures it was measured on, where that decides whether it may be judged
 */
public record Metric(
    double value,
    Direction direction,
    String unit,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, Double> items,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Optional<Integer> sample) {
  public Metric {
    items = items == null ? Map.of() : new TreeMap<>(items);
    sample = sample == null ? Optional.empty() : sample;
  }

  public Metric(double value, Direction direction, String unit, Map<String, Double> items) {
    this(value, direction, unit, items, Optional.empty());
  }

  public Metric(double value, Direction direction, String unit) {
    this(value, direction, unit, Map.of());
  }

  /** The same, measured on so many pictures. */
  public Metric of(int pictures) {
    return new Metric(value, direction, unit, items, Optional.of(pictures));
  }
}
