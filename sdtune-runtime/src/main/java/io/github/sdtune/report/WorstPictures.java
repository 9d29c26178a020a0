package io.github.sdtune.report;

import io.github.sdtune.gate.Baseline;
import io.github.sdtune.gate.Decimals;
import io.github.sdtune.metric.Direction;
import io.github.sdtune.metric.Metric;
import io.github.sdtune.metric.MetricCatalog;
import io.github.sdtune.metric.Metrics;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The held-out pictures whose loss rose most, or fell least: what the mean hides.
 *
 * @param comparedWith the baseline where it has the same pictures, else the base model
 */
public record WorstPictures(String comparedWith, List<Row> rows) {
  private static final int SHOWN = 5;

  /** One picture, by its file. */
  public record Row(String file, String before, String now, Change change) {}

  /** None if no loss of single pictures was measured. */
  static WorstPictures of(Metrics metrics, Optional<Baseline> baseline) {
    Map<String, Double> now = items(metrics.tuned());
    Optional<Baseline> same =
        baseline.filter(b -> items(b.metrics().tuned()).keySet().equals(now.keySet()));
    Map<String, Double> before = items(same.map(b -> b.metrics().tuned()).orElse(metrics.base()));
    return new WorstPictures(
        same.map(Baseline::version).orElse(Baseline.BASE_MODEL),
        now.keySet().stream()
            .filter(before::containsKey)
            .sorted(Comparator.comparing((String id) -> before.get(id) - now.get(id)))
            .limit(SHOWN)
            .map(id -> row(metrics.names().getOrDefault(id, id), before.get(id), now.get(id)))
            .toList());
  }

  private static Map<String, Double> items(Map<String, Metric> metrics) {
    return Optional.ofNullable(metrics.get(MetricCatalog.VALIDATION_LOSS))
        .map(Metric::items)
        .orElse(Map.of());
  }

  private static Row row(String file, double before, double now) {
    return new Row(
        file,
        Decimals.format(before),
        Decimals.format(now),
        Change.of(before, now, Direction.LOWER));
  }
}
