package io.github.sdtune.gate;

import io.github.sdtune.metric.Comparison;
import io.github.sdtune.metric.Direction;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * How one gate was judged.
 *
 * @param direction absent if the metric is not known
 * @param baseline the metric's value in the baseline
 * @param value the metric's value now; absent if it was not measured
 * @param change value minus baseline, where the two can be compared
 * @param comparison of the single items with those of the baseline
 * @param lowest what the value had to be at least: the minimum, or what the baseline allows
 * @param highest what the value had to be at most
 * @param message what is wrong, or unchecked; empty for a pass
 */
public record Judgement(
    Gate gate,
    Optional<Direction> direction,
    Optional<Double> baseline,
    Optional<Double> value,
    Optional<Double> change,
    Optional<Comparison> comparison,
    Optional<BigDecimal> lowest,
    Optional<BigDecimal> highest,
    Status status,
    String message) {

  public String metric() {
    return gate.metric();
  }

  /** Whether the build fails for it. */
  public boolean failed() {
    return status == Status.FAIL
        || (status == Status.INCOMPARABLE && gate.severity() == Severity.ERROR);
  }

  /** Whether the build passes in spite of it. */
  public boolean warned() {
    return status == Status.WARN || (status == Status.INCOMPARABLE && !failed());
  }

  /** Whether it fails because the value is worse than the baseline allows, and for nothing else. */
  boolean regressed() {
    return status == Status.FAIL
        && change.isPresent()
        // Without an interval to decide by, no value would do.
        && (gate.decision() == Decision.STRICT || comparison.isPresent())
        && gate.maxItemRegression().isEmpty()
        && value.filter(Double::isFinite).isPresent()
        && gate.minimum().filter(minimum -> value.get() < minimum).isEmpty()
        && gate.maximum().filter(maximum -> value.get() > maximum).isEmpty();
  }

  /** Whether the value is above what is allowed. */
  boolean above() {
    return compare(highest) > 0;
  }

  /** Whether the value is below what is allowed. */
  boolean below() {
    return compare(lowest) < 0;
  }

  private int compare(Optional<BigDecimal> limit) {
    return value.isPresent() && Double.isFinite(value.get()) && limit.isPresent()
        ? BigDecimal.valueOf(value.get()).compareTo(limit.get())
        : 0;
  }
}
