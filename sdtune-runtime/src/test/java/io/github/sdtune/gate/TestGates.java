package io.github.sdtune.gate;

import io.github.sdtune.metric.Direction;
import io.github.sdtune.metric.Metric;
import io.github.sdtune.metric.MetricCatalog;
import io.github.sdtune.metric.Metrics;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Gates and metrics for tests. */
final class TestGates {
  static final Map<String, String> FINGERPRINT =
      Map.of("dataset", "abc", "timesteps", "62,187,312,437,562,687,812,937");

  private TestGates() {}

  static Gate gate(String metric, Double minimum, Double maximum, String maxRegression) {
    return new Gate(
        metric,
        Optional.ofNullable(minimum),
        Optional.ofNullable(maximum),
        Optional.ofNullable(maxRegression).map(Allowance::parse),
        Severity.ERROR);
  }

  static Gate warning(Gate gate) {
    return new Gate(
        gate.metric(), gate.minimum(), gate.maximum(), gate.maxRegression(), Severity.WARN);
  }

  /** Metrics with a validation loss. */
  static Metrics metrics(double loss) {
    return metrics(FINGERPRINT, "validation.loss", loss);
  }

  static Metrics metrics(String name, double value) {
    return metrics(FINGERPRINT, name, value);
  }

  static Metrics metrics(Map<String, String> fingerprint, String name, double value) {
    return metrics(
        fingerprint,
        Map.of(
            name,
            MetricCatalog.find(name)
                .map(it -> it.metric(value))
                .orElseGet(() -> new Metric(value, Direction.LOWER, ""))));
  }

  static Metrics metrics(Map<String, String> fingerprint, Map<String, Metric> tuned) {
    return new Metrics(
        Metrics.VERSION,
        "org.example:model:1.1",
        fingerprint,
        Map.of(),
        tuned,
        Map.of(),
        Map.of(),
        List.of(),
        Optional.empty());
  }

  static Optional<Baseline> baseline(Metrics metrics) {
    return Optional.of(new Baseline("1.0", metrics));
  }
}
