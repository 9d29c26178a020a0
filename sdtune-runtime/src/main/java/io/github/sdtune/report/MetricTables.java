package io.github.sdtune.report;

import io.github.sdtune.gate.Baseline;
import io.github.sdtune.gate.Decimals;
import io.github.sdtune.metric.Comparison;
import io.github.sdtune.metric.Metric;
import io.github.sdtune.metric.MetricCatalog;
import io.github.sdtune.metric.MetricDefinition;
import io.github.sdtune.metric.Metrics;
import io.github.sdtune.report.Chart.Curve;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The tables of metrics: base, tuned and baseline side by side. */
public final class MetricTables {
  private static final Pattern TIMESTEP = Pattern.compile("validation\\.loss\\.t(\\d{1,9})");
  private static final Pattern ANY_TIMESTEP = Pattern.compile(".+\\.t\\d{1,9}");
  private static final Pattern CLASS =
      Pattern.compile("classification\\.(precision|recall|f1)\\..+");
  private static final List<String> KEY_FIGURES =
      List.of(
          MetricCatalog.VALIDATION_LOSS,
          MetricCatalog.ACCURACY,
          MetricCatalog.MACRO_F1,
          MetricCatalog.COLOURFULNESS);

  private final Metrics metrics;
  private final Map<String, Metric> baseline;

  MetricTables(Metrics metrics, Optional<Baseline> baseline) {
    this.metrics = metrics;
    this.baseline = baseline.map(it -> it.metrics().tuned()).orElse(Map.of());
  }

  /**
   * One metric.
   *
   * @param interval of the paired difference to the base; empty if there is none
   */
  public record Row(
      String name,
      String description,
      String better,
      String base,
      String tuned,
      Change change,
      String interval,
      String baseline) {}

  /** All metrics but those of one timestep or one class. */
  List<Row> rows() {
    return metrics.tuned().keySet().stream()
        .filter(name -> !ANY_TIMESTEP.matcher(name).matches() && !CLASS.matcher(name).matches())
        .sorted(Comparator.comparing(MetricCatalog::rank))
        .map(name -> row(name, name))
        .toList();
  }

  /** The few that come first. */
  List<Row> keyFigures() {
    return KEY_FIGURES.stream()
        .filter(metrics.tuned()::containsKey)
        .map(name -> row(name, name))
        .toList();
  }

  /** The validation loss at each timestep, named by it. */
  List<Row> timesteps() {
    return timestepNames().entrySet().stream()
        .map(entry -> row(entry.getKey().toString(), entry.getValue()))
        .toList();
  }

  /** The same as a chart; absent if there are fewer than two timesteps. */
  Optional<Chart> timestepChart() {
    List<Curve> curves = new ArrayList<>();
    curves.add(curve("base", "points", 1, metrics.base()));
    curves.add(curve("tuned", "points", 2, metrics.tuned()));
    curves.removeIf(curve -> curve.points().size() < 2);
    boolean positive =
        curves.stream()
            .flatMap(curve -> curve.points().values().stream())
            .allMatch(value -> value > 0);
    return curves.isEmpty()
        ? Optional.empty()
        : Optional.of(Chart.of("chart-timesteps", "timestep", positive, null, curves));
  }

  private Curve curve(String label, String style, int colour, Map<String, Metric> values) {
    Map<Double, Double> points = new TreeMap<>();
    timestepNames()
        .forEach(
            (timestep, name) -> {
              if (values.containsKey(name)) {
                points.put((double) timestep, values.get(name).value());
              }
            });
    return new Curve(label, style, colour, false, points);
  }

  private Map<Integer, String> timestepNames() {
    Map<Integer, String> names = new TreeMap<>();
    for (String name : metrics.tuned().keySet()) {
      Matcher matcher = TIMESTEP.matcher(name);
      if (matcher.matches()) {
        names.put(Integer.valueOf(matcher.group(1)), name);
      }
    }
    return names;
  }

  private Row row(String label, String name) {
    Metric tuned = metrics.tuned().get(name);
    Metric base = metrics.base().get(name);
    Change change =
        base == null ? Change.NONE : Change.of(base.value(), tuned.value(), tuned.direction());
    return new Row(
        label,
        MetricCatalog.find(name).map(MetricDefinition::description).orElse(""),
        tuned.direction().json(),
        text(base),
        text(tuned),
        change,
        interval(metrics.comparisons().get(name)),
        text(baseline.get(name)));
  }

  private static String text(Metric metric) {
    return metric == null ? "" : (Decimals.format(metric.value()) + " " + metric.unit()).trim();
  }

  private static String interval(Comparison comparison) {
    if (comparison == null || !Double.isFinite(comparison.difference())) {
      return "";
    }
    return Decimals.signed(comparison.low())
        + " to "
        + Decimals.signed(comparison.high())
        + (comparison.significant() ? "" : ", includes zero")
        + " (n = "
        + comparison.items()
        + ")";
  }
}
