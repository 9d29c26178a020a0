package io.github.sdtune.search;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.metric.Direction;
import io.github.sdtune.metric.MetricCatalog;
import io.github.sdtune.metric.MetricDefinition;
import java.util.Comparator;

/**
 * The metric that a search makes as good as it can.
 *
 * @param name of one that is measured at validations
 * @param direction which way it improves
 */
public record SearchMetric(String name, Direction direction) {
  public SearchMetric {
    if (direction == Direction.NEUTRAL) {
      throw new SdtuneException(
          "<tune><metric>: found " + name + ", which is better in neither direction");
    }
  }

  /** The metric of a name that {@link MetricCatalog} has. */
  public static SearchMetric of(String name) {
    MetricDefinition definition =
        MetricCatalog.find(name)
            .orElseThrow(
                () ->
                    new SdtuneException(
                        "<tune><metric>: found " + name + ", expected a metric" + meant(name)));
    return new SearchMetric(name, definition.direction());
  }

  private static String meant(String name) {
    var near = MetricCatalog.nearMisses(name);
    return near.isEmpty() ? " such as validation.loss" : "; did you mean " + near.get(0) + "?";
  }

  /** The better of two values. */
  public double better(double a, double b) {
    return bestFirst().compare(a, b) <= 0 ? a : b;
  }

  /** The better value first, and what is no number last. */
  Comparator<Double> bestFirst() {
    return direction == Direction.LOWER
        ? Comparator.naturalOrder() // which has NaN above infinity
        : Comparator.comparing((Double value) -> value.isNaN() ? Double.POSITIVE_INFINITY : -value);
  }
}
