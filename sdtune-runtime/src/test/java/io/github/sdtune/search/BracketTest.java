package io.github.sdtune.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.search.Bracket.Rung;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BracketTest {
  /** Hyperband's own example, Table 1: R = 81, eta = 3, its bracket s = 4. */
  @Test
  void isHyperbandsMostAggressiveBracket() {
    assertThat(Bracket.of(81, 81, 1, 3).rungs())
        .containsExactly(
            new Rung(81, 1), new Rung(27, 3), new Rung(9, 9), new Rung(3, 27), new Rung(1, 81));
  }

  @Test
  void comparesTrialsWhereTheyAreValidated() {
    assertThat(Bracket.of(9, 300, 30, 3).rungs())
        .containsExactly(new Rung(9, 30), new Rung(3, 90), new Rung(1, 300));
    // Two validations at least must lie between the rungs: a third of 300 is none of 200.
    assertThat(Bracket.of(9, 300, 200, 3).rungs()).containsExactly(new Rung(9, 300));
    assertThat(Bracket.of(1, 300, 30, 3).rungs()).containsExactly(new Rung(1, 300));
  }

  @Test
  void saysWhatItIs() {
    assertThat(Bracket.of(9, 300, 30, 3).describe())
        .isEqualTo("9 trials for 30 steps, 3 for 90, 1 for 300");
    assertThat(Bracket.of(9, 300, 30, 3).cost()).isEqualTo(9 * 30 + 3 * 60 + 210);
  }

  @Test
  void refusesAnEtaThatDropsNone() {
    assertThatThrownBy(() -> Bracket.of(9, 300, 30, 1))
        .hasMessageContaining("<tune><eta>: found 1");
  }

  @Test
  void holdsForAnyTrialsStepsIntervalAndEta() {
    Random random = new Random(1);
    for (int i = 0; i < 2000; i++) {
      int trials = 1 + random.nextInt(100);
      int steps = 1 + random.nextInt(2000);
      int interval = 1 + random.nextInt(300);
      int eta = 2 + random.nextInt(4);
      List<Rung> rungs = Bracket.of(trials, steps, interval, eta).rungs();
      assertThat(rungs.get(0).trials()).isEqualTo(trials);
      assertThat(rungs.get(rungs.size() - 1).steps()).isEqualTo(steps);
      for (int r = 1; r < rungs.size(); r++) {
        Rung before = rungs.get(r - 1);
        assertThat(before.steps()).isPositive().isLessThan(rungs.get(r).steps());
        assertThat(before.steps() % interval).isZero();
        assertThat(rungs.get(r).trials()).isEqualTo(Math.max(1, before.trials() / eta));
      }
    }
  }

  @Test
  void takesAsManyTrialsAsTheBudgetAllows() {
    Random random = new Random(2);
    for (int i = 0; i < 300; i++) {
      int most = 1 + random.nextInt(60);
      int steps = 1 + random.nextInt(500);
      int interval = 1 + random.nextInt(100);
      int eta = 2 + random.nextInt(3);
      int budget = 1 + random.nextInt(8 * steps);
      Optional<Bracket> bracket = Bracket.within(budget, most, steps, interval, eta);
      int expected =
          IntStream.rangeClosed(1, most)
              .filter(n -> Bracket.of(n, steps, interval, eta).cost() <= budget)
              .max()
              .orElse(0);
      assertThat(bracket.map(Bracket::trials).orElse(0)).isEqualTo(expected);
    }
  }
}
