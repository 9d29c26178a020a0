package io.github.sdtune.evaluate;

import io.github.sdtune.metric.Metric;
import io.github.sdtune.metric.MetricCatalog;
import java.util.Map;
import java.util.TreeMap;

/** A model's losses relative to its base's: each noise level counts the same. */
public final class RelativeLoss {
  private static final Map<String, String> LOSSES =
      Map.of(
          MetricCatalog.RELATIVE_LOSS, MetricCatalog.VALIDATION_LOSS,
          MetricCatalog.RETENTION_RELATIVE_LOSS, MetricCatalog.RETENTION_LOSS);

  private RelativeLoss() {}

  /** Tuned over base, mean over timesteps, of each loss measured; a decoder's knows none. */
  public static Map<String, Metric> of(Map<String, Metric> base, Map<String, Metric> tuned) {
    Map<String, Metric> metrics = new TreeMap<>();
    LOSSES.forEach(
        (name, loss) -> {
          if (base.containsKey(loss)) {
            metrics.put(name, MetricCatalog.metric(name, relative(loss, base, tuned)));
          }
        });
    return metrics;
  }

  private static double relative(String loss, Map<String, Metric> base, Map<String, Metric> tuned) {
    return base.keySet().stream()
        .filter(name -> name.startsWith(loss + ".t"))
        .mapToDouble(name -> tuned.get(name).value() / base.get(name).value())
        .average()
        .orElseGet(() -> tuned.get(loss).value() / base.get(loss).value());
  }
}
