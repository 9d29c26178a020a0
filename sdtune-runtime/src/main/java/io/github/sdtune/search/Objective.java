package io.github.sdtune.search;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.metric.Direction;
import io.github.sdtune.metric.MetricCatalog;
import io.github.sdtune.metric.MetricDefinition;
import java.util.Comparator;

/**
 * What a search makes as good as it can.
 *
 * @param metric its name
 * @param direction which way it improves
 */
public record Objective(String metric, Direction direction) {
  public Objective {
    if (direction == Direction.NEUTRAL) {
      throw new SdtuneException(
          "<tune><objective>: found " + metric + ", which is better in neither direction");
    }
  }

  /** The objective of a name that {@link MetricCatalog} has. */
  public static Objective of(String metric) {
    MetricDefinition definition =
        MetricCatalog.find(metric)
            .orElseThrow(
                () ->
                    new SdtuneException(
                        "<tune><objective>: found "
                            + metric
                            + ", expected a metric"
                            + meant(metric)));
    return new Objective(metric, definition.direction());
  }

  private static String meant(String metric) {
    var near = MetricCatalog.nearMisses(metric);
    return near.isEmpty() ? " such as validation.loss" : "; did you mean " + near.get(0) + "?";
  }

  /** The better value first, and what is no number last. */
  Comparator<Double> bestFirst() {
    return direction == Direction.LOWER
        ? Comparator.naturalOrder() // which has NaN above infinity
        : Comparator.comparing((Double value) -> value.isNaN() ? Double.POSITIVE_INFINITY : -value);
  }
}
