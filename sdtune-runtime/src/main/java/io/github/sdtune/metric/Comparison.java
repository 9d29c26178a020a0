package io.github.sdtune.metric;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Optional;

/**
 * A paired comparison over the same items: mean of (tuned - base), with its 95% bootstrap interval.
 *
 * @param relative the difference divided by the base's absolute mean
 * @param p of {@link McNemar}'s test where all values are 0 or 1, such as right or wrong
 */
public record Comparison(
    double difference,
    double low,
    double high,
    double relative,
    int items,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Optional<Double> p) {
  public Comparison {
    p = p == null ? Optional.empty() : p;
  }

  public Comparison(double difference, double low, double high, double relative, int items) {
    this(difference, low, high, relative, items, Optional.empty());
  }

  /** Whether the interval leaves out zero. */
  public boolean significant() {
    return low > 0 || high < 0;
  }
}
