package io.github.sdtune.report;

import io.github.sdtune.gate.Printable;
import io.github.sdtune.report.Chart.Curve;
import io.github.sdtune.search.RangeTest;
import io.github.sdtune.search.Suggestions;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** {@code learning-rate.html}: the curve of a range test, with what it suggests. */
public final class RangeTestReport {
  /** Losses far above the base's would press the rest of the curve flat. */
  private static final double SHOWN = 1.5;

  private RangeTestReport() {}

  /**
   * Writes the page.
   *
   * @param snippet what to paste into {@code <training>}; empty where nothing is suggested
   */
  public static void write(Path file, String title, RangeTest test, List<String> snippet) {
    Page.write(file, render(title, test, snippet));
  }

  static String render(String title, RangeTest test, List<String> snippet) {
    Optional<Suggestions> suggestions = test.suggestions();
    Map<String, Object> content =
        Map.of(
            "title", Printable.line(title),
            "headline", test.headline(),
            "found", suggestions.isPresent(),
            "diverged", test.diverged(),
            "suggestions", suggestions.map(RangeTestReport::byName).orElse(Map.of()),
            "snippet", String.join("\n", snippet),
            "rows", test.table());
    return Page.render("learning-rate.ftlh", content, List.of(chart(test, suggestions)));
  }

  private static Map<String, String> byName(Suggestions suggestions) {
    Map<String, String> names = new LinkedHashMap<>();
    names.put("valley: in the middle of the longest fall", Suggestions.text(suggestions.valley()));
    names.put("steep: where the loss falls fastest", Suggestions.text(suggestions.steep()));
    names.put("minimum: a tenth of where it is smallest", Suggestions.text(suggestions.minimum()));
    return names;
  }

  private static Chart chart(RangeTest test, Optional<Suggestions> suggestions) {
    Map<Double, Double> losses = new TreeMap<>();
    Map<Double, Double> smoothed = new TreeMap<>();
    double highest = SHOWN * test.baseLoss();
    for (RangeTest.Point point : test.points()) {
      losses.put(point.learningRate(), point.loss() <= highest ? point.loss() : null);
      smoothed.put(point.learningRate(), point.smoothed() <= highest ? point.smoothed() : null);
    }
    return Chart.of(
            "chart-rates",
            "learning rate",
            false,
            suggestions.map(Suggestions::recommended).orElse(null),
            List.of(
                new Curve("loss", "faint", 1, false, losses),
                new Curve("loss, smoothed", "line", 1, true, smoothed)))
        .withLogarithmicX()
        .withMark("suggested");
  }
}
