package io.github.sdtune.gate;

import java.util.Optional;

/**
 * What a metric of the tuned model must keep to. It names no direction: the metric has one.
 *
 * @param metric name in {@link io.github.sdtune.metric.MetricCatalog}
 * @param minimum the value must be at least that
 * @param maximum the value must be at most that
 * @param maxRegression how much worse than the baseline it may be
 * @param severity what happens if the gate does not hold
 */
public record Gate(
    String metric,
    Optional<Double> minimum,
    Optional<Double> maximum,
    Optional<Allowance> maxRegression,
    Severity severity) {
  public Gate {
    severity = severity == null ? Severity.ERROR : severity;
  }
}
