package io.github.sdtune.report;

import io.github.sdtune.gate.Printable;
import io.github.sdtune.report.Chart.Curve;
import io.github.sdtune.search.Ledger;
import io.github.sdtune.search.Snippet;
import io.github.sdtune.search.Standing;
import io.github.sdtune.search.TrialState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** {@code tune.html}: the trials of a search, with their curves. */
public final class TuneReport {
  /** From this ratio on of the largest to the smallest, an axis is logarithmic. */
  private static final double MANY_TIMES = 20;

  private TuneReport() {}

  /**
   * A chart of the values of one setting.
   *
   * @param id of the chart
   */
  public record SettingChart(String id, String setting) {}

  /** Writes the page of a search, which need not be over. */
  public static void write(Path file, String title, Ledger ledger) {
    Page.write(file, render(title, ledger));
  }

  static String render(String title, Ledger ledger) {
    List<Chart> charts = new ArrayList<>(List.of(curves(ledger)));
    List<SettingChart> settings = new ArrayList<>();
    for (String setting : ledger.settings()) {
      Optional<Chart> chart = bySetting(ledger, setting, "chart-setting-" + settings.size());
      chart.ifPresent(c -> settings.add(new SettingChart(c.id(), setting)));
      chart.ifPresent(charts::add);
    }
    Map<String, Object> content = new HashMap<>();
    content.put("title", Printable.line(title));
    content.put("headline", ledger.headline());
    content.put("over", ledger.halving().next().isEmpty());
    content.put("bracket", ledger.bracket().describe());
    content.put("metric", ledger.metric().name());
    content.put("settings", ledger.settings());
    content.put("standings", Standing.of(ledger));
    content.put("settingCharts", settings);
    content.put("compared", ledger.bracket().rungs().get(0).steps());
    content.put(
        "snippet",
        ledger.best().map(best -> String.join("\n", Snippet.of(best.values()))).orElse(""));
    return Page.render("tune.ftlh", content, charts);
  }

  /** The metric of each trial by its steps: strong those that went far. */
  private static Chart curves(Ledger ledger) {
    List<Curve> curves = new ArrayList<>();
    Double marked = null;
    for (Standing standing : Standing.of(ledger)) {
      TrialState trial = standing.trial();
      Map<Double, Double> points = new TreeMap<>();
      trial.curve().forEach((step, value) -> points.put((double) step, value));
      if (points.isEmpty()) {
        continue;
      }
      if (standing.best()) {
        marked = Double.valueOf(standing.at());
      }
      curves.add(
          new Curve(
              "trial " + trial.number(),
              standing.remaining() ? "points" : "faint",
              trial.diverged() ? 3 : standing.best() ? 2 : 1,
              standing.best(),
              points));
    }
    List<Double> values = curves.stream().flatMap(c -> c.points().values().stream()).toList();
    return Chart.of("chart-trials", "step", spread(values), marked, curves);
  }

  /** The metric by the values of a setting, all trials after equally many steps. */
  private static Optional<Chart> bySetting(Ledger ledger, String setting, String id) {
    int compared = ledger.bracket().rungs().get(0).steps();
    SortedMap<Double, Double> points = new TreeMap<>();
    for (TrialState trial : ledger.trials()) {
      Optional<Double> at = number(trial.values().get(setting));
      var best = trial.best(ledger.metric(), compared);
      if (at.isEmpty()) {
        return Optional.empty();
      }
      best.ifPresent(b -> points.merge(at.get(), b.getValue(), ledger.metric()::better));
    }
    if (points.size() < 2) {
      return Optional.empty();
    }
    Curve curve = new Curve(ledger.metric().name(), "dots", 1, false, points);
    Chart chart = Chart.of(id, setting, spread(points.values()), null, List.of(curve));
    return Optional.of(spread(points.keySet()) ? chart.withLogarithmicX() : chart);
  }

  private static Optional<Double> number(String text) {
    try {
      return Optional.of(Double.valueOf(text)).filter(Double::isFinite);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static boolean spread(Collection<Double> values) {
    double least =
        values.stream().filter(Double::isFinite).mapToDouble(v -> v).min().orElse(Double.NaN);
    double most =
        values.stream().filter(Double::isFinite).mapToDouble(v -> v).max().orElse(Double.NaN);
    return least > 0 && most / least >= MANY_TIMES;
  }
}
