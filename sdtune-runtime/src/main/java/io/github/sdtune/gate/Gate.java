package io.github.sdtune.gate;

import java.util.Optional;

/**
 * What a metric of the tuned model must keep to. It names no direction: the metric has one.
 *
 * @param metric name in {@link io.github.sdtune.metric.MetricCatalog}
 * @param minimum the value must be at least that
 * @param maximum the value must be at most that
 * @param maxRegression how much worse than the baseline it may be
 * @param maxItemRegression how much worse than in the baseline each single item may be
 * @param decision when a regression breaks it
 * @param severity what happens if the gate does not hold
 */
public record Gate(
    String metric,
    Optional<Double> minimum,
    Optional<Double> maximum,
    Optional<Allowance> maxRegression,
    Optional<Allowance> maxItemRegression,
    Decision decision,
    Severity severity) {
  public Gate {
    decision = decision == null ? Decision.STRICT : decision;
    severity = severity == null ? Severity.ERROR : severity;
  }

  /** A gate that decides by the value alone. */
  public Gate(
      String metric,
      Optional<Double> minimum,
      Optional<Double> maximum,
      Optional<Allowance> maxRegression,
      Severity severity) {
    this(metric, minimum, maximum, maxRegression, Optional.empty(), Decision.STRICT, severity);
  }

  /** Whether it compares with a baseline. */
  public boolean compares() {
    return maxRegression.isPresent() || maxItemRegression.isPresent();
  }
}
