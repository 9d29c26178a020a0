package io.github.sdtune.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdtune.search.Bracket;
import io.github.sdtune.search.Bracket.Rung;
import io.github.sdtune.search.Ledger;
import io.github.sdtune.search.SearchMetric;
import io.github.sdtune.search.TrialState;
import io.github.sdtune.train.Trainer.End;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TuneReportTest {
  private static final String HOSTILE = "</script><script>alert(1)</script>";

  private static TrialState trial(int number, String rate, End end, Map<Integer, Double> curve) {
    return new TrialState(
        number,
        "run",
        new TreeMap<>(Map.of("learningRate", rate, "method", HOSTILE)),
        curve.keySet().stream().mapToInt(step -> step).max().orElse(0),
        end,
        new TreeMap<>(curve));
  }

  private static Ledger ledger(TrialState... trials) {
    return Ledger.of(
        SearchMetric.of("validation.loss"),
        new Bracket(List.of(new Rung(trials.length, 10), new Rung(1, 20))),
        List.of(trials));
  }

  /** Left in target, to be looked at. */
  @Test
  void showsTrialsCurvesAndWhatToPaste() throws Exception {
    Path file = Path.of("target", "report-test", "tune.html");
    TuneReport.write(
        file,
        "model",
        ledger(
            trial(1, "1e-6", End.PAUSED, Map.of(0, 0.2, 10, 0.19)),
            trial(2, "1e-3", End.ALL_STEPS_DONE, Map.of(0, 0.2, 10, 0.15, 20, 0.12)),
            trial(3, "0.5", End.DIVERGED, Map.of(0, 0.2))));
    String html = Files.readString(file);
    assertThat(html)
        .contains("class=\"verdict passed\"", "the best of 3 trials is trial 2")
        .contains("&lt;learningRate&gt;1e-3&lt;/learningRate&gt;")
        .contains("3 trials for 10 steps, 1 for 20.")
        .contains("id=\"chart-trials\"", "\"marked\":20.0", "\"label\":\"trial 3\"")
        // over the rates, which lie orders of magnitude apart; none over the method, a text
        .contains("\"logarithmicX\":true", "\"x\":[1.0E-6,0.001]", "\"style\":\"dots\"")
        .contains("id=\"chart-setting-0\"", "diverged")
        .doesNotContain("chart-setting-1", "<script>alert");
    assertThat(html.split("<script", -1)).hasSize(1 + 3);
  }

  @Test
  void aSearchThatHasNotBegunIsStillAPage() {
    assertThat(TuneReport.render("model", ledger(trial(1, "1", End.PAUSED, Map.of()))))
        .contains("class=\"verdict unchecked\"", "no trial has been measured", "not begun")
        .doesNotContain("<pre>");
  }
}
