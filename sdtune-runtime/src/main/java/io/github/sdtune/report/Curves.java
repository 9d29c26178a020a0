package io.github.sdtune.report;

import static io.github.sdtune.metric.MetricCatalog.ACCURACY;
import static io.github.sdtune.metric.MetricCatalog.GAP;
import static io.github.sdtune.metric.MetricCatalog.MACRO_F1;
import static io.github.sdtune.metric.MetricCatalog.MEMORISATION_RATIO;
import static io.github.sdtune.metric.MetricCatalog.RETENTION_LOSS;
import static io.github.sdtune.metric.MetricCatalog.TRAINING_SUBSET_LOSS;
import static io.github.sdtune.metric.MetricCatalog.VALIDATION_LOSS;
import static io.github.sdtune.metric.Overfitting.Kind.OVERFITTED;

import io.github.sdtune.metric.Overfitting;
import io.github.sdtune.report.Chart.Curve;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** The charts of a training. */
final class Curves {
  private static final int MOST_POINTS = 1500;
  private static final int SHORTEST_MEMORY = 10;
  private static final int MEMORY_SHARE = 30;

  private Curves() {}

  static List<Chart> of(TrainingLog log) {
    List<Chart> charts = new ArrayList<>();
    Map<Double, Double> loss = steps(log, TrainingLog.Step::loss);
    add(
        charts,
        "chart-loss",
        best(log),
        List.of(
            new Curve("training loss", "faint", 1, false, Chart.thinned(loss, MOST_POINTS)),
            new Curve(
                "training loss, smoothed",
                "line",
                1,
                false,
                Chart.thinned(smoothed(loss), MOST_POINTS)),
            new Curve("validation loss", "points", 2, true, validations(log, VALIDATION_LOSS))));
    add(
        charts,
        "chart-validation",
        best(log),
        List.of(
            new Curve("held out", "points", 2, true, validations(log, VALIDATION_LOSS)),
            new Curve("trained on", "points", 1, false, validations(log, TRAINING_SUBSET_LOSS))));
    shade(charts, log);
    add(
        charts,
        "chart-gap",
        null,
        List.of(new Curve("held out - trained on", "points", 3, false, validations(log, GAP))));
    add(
        charts,
        "chart-retention",
        null,
        List.of(new Curve("retention loss", "points", 1, false, validations(log, RETENTION_LOSS))));
    add(
        charts,
        "chart-memorisation",
        null,
        List.of(
            new Curve(
                "drawn over held out", "points", 1, false, validations(log, MEMORISATION_RATIO))));
    add(
        charts,
        "chart-classification",
        null,
        List.of(
            new Curve("accuracy", "points", 1, false, validations(log, ACCURACY)),
            new Curve("macro F1", "points", 2, false, validations(log, MACRO_F1))));
    add(
        charts,
        "chart-learning-rate",
        null,
        List.of(line(log, "learning rate", TrainingLog.Step::learningRate)));
    add(
        charts,
        "chart-gradient",
        null,
        List.of(line(log, "gradient norm", TrainingLog.Step::gradNorm)));
    return charts;
  }

  /** The last chart, from where overfitting began. */
  private static void shade(List<Chart> charts, TrainingLog log) {
    log.overfitting()
        .filter(found -> found.kind() == OVERFITTED && !charts.isEmpty())
        .flatMap(Overfitting::step)
        .ifPresent(
            step ->
                charts.set(
                    charts.size() - 1, charts.get(charts.size() - 1).shaded(step, "overfitting")));
  }

  private static Curve line(
      TrainingLog log, String label, ToDoubleFunction<TrainingLog.Step> value) {
    return new Curve(label, "line", 3, false, Chart.thinned(steps(log, value), MOST_POINTS));
  }

  /** Leaves out curves without a finite value, and charts without curves. */
  private static void add(List<Chart> charts, String id, Double marked, List<Curve> curves) {
    List<Curve> drawn =
        curves.stream()
            .filter(curve -> curve.points().values().stream().anyMatch(Double::isFinite))
            .toList();
    if (!drawn.isEmpty()) {
      charts.add(Chart.of(id, "step", false, marked, drawn));
    }
  }

  /** The step whose weights were kept; null if there is none. */
  static Double best(TrainingLog log) {
    return log.validations().stream()
        .filter(TrainingLog.Validation::best)
        .map(validation -> (double) validation.step())
        .reduce((first, second) -> second)
        .orElse(null);
  }

  private static Map<Double, Double> steps(
      TrainingLog log, ToDoubleFunction<TrainingLog.Step> value) {
    Map<Double, Double> points = new TreeMap<>();
    log.steps().forEach(step -> points.put((double) step.step(), value.applyAsDouble(step)));
    return points;
  }

  private static Map<Double, Double> validations(TrainingLog log, String metric) {
    Map<Double, Double> points = new TreeMap<>();
    for (TrainingLog.Validation validation : log.validations()) {
      Double value = validation.metrics().get(metric);
      if (value != null) {
        points.put((double) validation.step(), value);
      }
    }
    return points;
  }

  /** An exponential moving average without the pull of its start; NaN is passed over. */
  static Map<Double, Double> smoothed(Map<Double, Double> points) {
    double decay = 1 - 1.0 / Math.max(SHORTEST_MEMORY, points.size() / MEMORY_SHARE);
    double sum = 0;
    double weight = 0;
    Map<Double, Double> smoothed = new TreeMap<>();
    for (Map.Entry<Double, Double> point : points.entrySet()) {
      if (Double.isFinite(point.getValue())) {
        sum = decay * sum + (1 - decay) * point.getValue();
        weight = decay * weight + (1 - decay);
        smoothed.put(point.getKey(), sum / weight);
      }
    }
    return smoothed;
  }
}
