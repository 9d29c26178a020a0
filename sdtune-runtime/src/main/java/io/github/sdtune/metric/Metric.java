package io.github.sdtune.metric;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import java.util.TreeMap;

/**
 * A measured value. It carries its own direction and unit, so that whoever reads it need not know
 * it.
 *
 * @param value may be NaN, which no gate lets pass
 * @param items the value of each item (by its id) that {@code value} is the mean of; empty where
 *     there are none. Paired comparisons need them.
 */
public record Metric(
    double value,
    Direction direction,
    String unit,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, Double> items) {
  public Metric {
    items = items == null ? Map.of() : new TreeMap<>(items);
  }

  public Metric(double value, Direction direction, String unit) {
    this(value, direction, unit, Map.of());
  }
}
