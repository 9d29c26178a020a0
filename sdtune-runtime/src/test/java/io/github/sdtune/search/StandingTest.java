package io.github.sdtune.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdtune.search.Bracket.Rung;
import io.github.sdtune.train.Trainer.End;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StandingTest {
  private static TrialState trial(
      int number, String rate, String rank, int steps, End end, Map<Integer, Double> curve) {
    return new TrialState(
        number,
        "run",
        new TreeMap<>(Map.of("learningRate", rate, "rank", rank)),
        steps,
        end,
        new TreeMap<>(curve));
  }

  /** A search that is over. */
  public static Ledger ledger() {
    return Ledger.of(
        SearchMetric.of("validation.loss"),
        new Bracket(List.of(new Rung(4, 10), new Rung(2, 30))),
        List.of(
            trial(1, "1e-6", "4", 10, End.PAUSED, Map.of(0, 0.2, 10, 0.1999)),
            trial(
                2,
                "3.2e-4",
                "16",
                30,
                End.ALL_STEPS_DONE,
                Map.of(0, 0.2, 10, 0.15, 20, 0.12, 30, 0.13)),
            trial(3, "0.1", "8", 7, End.DIVERGED, Map.of(0, 0.2)),
            trial(4, "1e-4", "4", 20, End.STOPPED_EARLY, Map.of(0, 0.2, 10, 0.16))));
  }

  @Test
  void theTableHasTheBestFirstAndTheDivergedLast() {
    assertThat(Standing.table(ledger()))
        .containsExactly(
            "trial  learningRate  rank  steps  validation.loss  at step  verdict",
            "-----  ------------  ----  -----  ---------------  -------  "
                + "----------------------------",
            "    2  3.2e-4        16       30           0.1200       20  "
                + "trained to the end, the best",
            "    4  1e-4          4        20           0.1600       10  stopped early",
            "    1  1e-6          4        10           0.1999       10  dropped",
            "    3  0.1           8         7                            diverged");
    assertThat(ledger().headline())
        .isEqualTo(
            "the best of 4 trials is trial 2: validation.loss 0.1200 after step 20, the base's is"
                + " 0.2000");
  }

  @Test
  void theSnippetIsNestedAsThePomIs() {
    assertThat(
            Snippet.of(
                new TreeMap<>(
                    Map.of(
                        "rank", "8",
                        "earlyStopping.patience", "3",
                        "earlyStopping.minDelta", "1e-4",
                        "rules.2.rank", "4",
                        "method", "a<b"))))
        .containsExactly(
            "<earlyStopping>",
            "  <minDelta>1e-4</minDelta>",
            "  <patience>3</patience>",
            "</earlyStopping>",
            "<method>a&lt;b</method>",
            "<rank>8</rank>",
            "<rules>",
            "  <!-- of number 2 -->",
            "  <rank>4</rank>",
            "</rules>");
  }
}
