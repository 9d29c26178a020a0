package io.github.sdtune.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.io.Json;
import io.github.sdtune.search.Bracket.Rung;
import io.github.sdtune.search.Halving.Slice;
import io.github.sdtune.train.Trainer.End;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Searches over made-up trainings, whose losses go up and down as they like. */
class HalvingTest {
  private static final int INTERVAL = 10;
  @TempDir Path folder;

  /** A training's whole curve, and the step at which it diverges or stops, if it does. */
  private record Training(SortedMap<Integer, Double> curve, End end, int endsAt) {
    static Training random(int steps, Random random) {
      SortedMap<Integer, Double> curve = new TreeMap<>();
      curve.put(0, 0.0); // better than all: the base model must not count
      for (int step = INTERVAL; step <= steps; step += INTERVAL) {
        curve.put(step, random.nextInt(20) == 0 ? Double.NaN : 1 + random.nextDouble());
      }
      int kind = random.nextInt(6);
      return kind > 1
          ? new Training(curve, End.ALL_STEPS_DONE, steps)
          : new Training(
              curve,
              kind == 0 ? End.DIVERGED : End.STOPPED_EARLY,
              INTERVAL * random.nextInt(1, 1 + steps / INTERVAL));
    }

    TrialState state(TrialState before, int until) {
      int done = Math.min(until, endsAt);
      return before.with(
          done, done < endsAt ? End.PAUSED : end, new TreeMap<>(curve.headMap(done + 1)));
    }

    double best(boolean lower, int until) {
      var values = curve.subMap(1, Math.min(until, endsAt) + 1).values().stream();
      var sorted = values.filter(v -> !v.isNaN()).sorted().toList();
      if (sorted.isEmpty()) {
        return Double.POSITIVE_INFINITY;
      }
      return lower ? sorted.get(0) : -sorted.get(sorted.size() - 1);
    }
  }

  private static Ledger ledger(Bracket bracket, SearchMetric metric) {
    List<TrialState> states =
        IntStream.rangeClosed(1, bracket.trials())
            .mapToObj(
                n -> new TrialState(n, "run " + n, new TreeMap<>(), 0, End.PAUSED, new TreeMap<>()))
            .toList();
    return Ledger.of(metric, bracket, states);
  }

  @ParameterizedTest
  @ValueSource(strings = {"validation.loss", "classification.macroF1"})
  void theBudgetIsKeptAndTheBestSurvive(String name) {
    SearchMetric metric = SearchMetric.of(name);
    boolean lower = name.endsWith("loss");
    Random random = new Random(3);
    for (int search = 0; search < 300; search++) {
      int steps = INTERVAL * (1 + random.nextInt(40));
      int eta = 2 + random.nextInt(3);
      int budget = steps + random.nextInt(8 * steps);
      Bracket bracket = Bracket.within(budget, 40, steps, INTERVAL, eta).orElseThrow();
      List<Training> trainings =
          Stream.generate(() -> Training.random(steps, random)).limit(bracket.trials()).toList();
      Ledger ledger = ledger(bracket, metric);
      List<List<Integer>> trained = new ArrayList<>();
      bracket.rungs().forEach(rung -> trained.add(new ArrayList<>()));
      while (ledger.halving().next().isPresent()) {
        Slice slice = ledger.halving().next().get();
        trained.get(slice.rung() - 1).add(slice.trial().number());
        ledger =
            ledger.with(
                trainings.get(slice.trial().number() - 1).state(slice.trial(), slice.until()), 1);
        assertThat(ledger.steps()).isLessThanOrEqualTo(bracket.cost()).isLessThanOrEqualTo(budget);
      }

      for (int r = 1; r < trained.size(); r++) {
        int compared = bracket.rungs().get(r - 1).steps();
        List<Integer> before = trained.get(r - 1);
        List<Integer> after = trained.get(r);
        assertThat(before).containsAll(after);
        assertThat(after.size()).isLessThanOrEqualTo(bracket.rungs().get(r).trials());
        double worstKept =
            after.stream()
                .mapToDouble(n -> trainings.get(n - 1).best(lower, compared))
                .max()
                .orElse(Double.NEGATIVE_INFINITY);
        for (int n : before) {
          Training training = trainings.get(n - 1);
          boolean goesOn = training.endsAt > compared;
          if (goesOn && !after.contains(n)) {
            assertThat(training.best(lower, compared)).isGreaterThanOrEqualTo(worstKept);
          }
        }
      }
      Ledger end = ledger;
      double best =
          end.trials().stream()
              .filter(trial -> !trial.diverged())
              .mapToDouble(trial -> trainings.get(trial.number() - 1).best(lower, trial.steps()))
              .min()
              .orElse(Double.POSITIVE_INFINITY);
      assertThat(
              end.best()
                  .map(b -> trainings.get(b.number() - 1).best(lower, b.steps()))
                  .orElse(Double.POSITIVE_INFINITY))
          .isEqualTo(best);
      assertThat(end.best().map(TrialState::diverged)).isNotEqualTo(Optional.of(true));
    }
  }

  @Test
  void aFullFieldIsHalvedAsPlanned() {
    Bracket bracket = Bracket.of(9, 90, INTERVAL, 3);
    Ledger ledger = ledger(bracket, SearchMetric.of("validation.loss"));
    List<String> slices = new ArrayList<>();
    while (ledger.halving().next().isPresent()) {
      Slice slice = ledger.halving().next().get();
      int number = slice.trial().number();
      slices.add(number + " to " + slice.until());
      SortedMap<Integer, Double> curve = new TreeMap<>(slice.trial().curve());
      curve.put(slice.until(), Math.abs(number - 5.2));
      End end = slice.until() == 90 ? End.ALL_STEPS_DONE : End.PAUSED;
      ledger = ledger.with(slice.trial().with(slice.until(), end, curve), 1);
    }
    assertThat(slices.stream().limit(9))
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, 9).mapToObj(n -> n + " to 10").collect(Collectors.toList()));
    assertThat(slices.stream().skip(9)).containsExactly("5 to 30", "6 to 30", "4 to 30", "5 to 90");
    assertThat(ledger.best().orElseThrow().number()).isEqualTo(5);
    assertThat(ledger.steps()).isEqualTo(bracket.cost());
    assertThat(ledger.seconds()).isEqualTo(13);
  }

  @Test
  void aSearchThatIsTakenUpFromItsFileGoesOnWhereItWas() {
    Bracket bracket = new Bracket(List.of(new Rung(2, 10), new Rung(1, 20)));
    Ledger fresh = ledger(bracket, SearchMetric.of("validation.loss"));
    SortedMap<Integer, Double> curve = new TreeMap<>();
    curve.put(10, Double.NaN);
    TrialState first = fresh.trials().get(0).with(10, End.PAUSED, curve);
    Path file = folder.resolve("tune.json");
    Json.write(file, fresh.with(first, 2.5));

    Ledger resumed = fresh.after(Ledger.read(file).orElseThrow());
    assertThat(resumed).isEqualTo(fresh.with(first, 2.5));
    assertThat(resumed.halving().next().orElseThrow().trial().number()).isEqualTo(2);

    Ledger other = ledger(bracket, SearchMetric.of("classification.accuracy"));
    assertThat(other.after(Ledger.read(file).orElseThrow())).isEqualTo(other);
    assertThat(Ledger.read(folder.resolve("none"))).isEmpty();
  }

  @Test
  void anObjectiveIsAKnownMetricThatImproves() {
    assertThatThrownBy(() -> SearchMetric.of("validation.los"))
        .hasMessageContaining("did you mean validation.loss?");
    assertThatThrownBy(() -> SearchMetric.of("samples.colourfulness"))
        .hasMessageContaining("better in neither direction");
  }
}
