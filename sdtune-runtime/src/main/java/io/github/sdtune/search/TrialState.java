package io.github.sdtune.search;

import io.github.sdtune.train.Trainer;
import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How far a trial has come.
 *
 * @param number from 1
 * @param run digest of all that decides it: what another run came to is not taken up
 * @param values that were chosen, by the names of elements in {@code <training>}
 * @param steps done
 * @param end how it ended, {@link Trainer.End#PAUSED} while it may go on
 * @param curve the metric at each validation, by the steps done; 0 is the base model
 */
public record TrialState(
    int number,
    String run,
    SortedMap<String, String> values,
    int steps,
    Trainer.End end,
    SortedMap<Integer, Double> curve) {
  public TrialState {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    curve = Collections.unmodifiableSortedMap(new TreeMap<>(curve));
  }

  /** A trial that has not begun. */
  public static TrialState of(Trial trial, String run) {
    return new TrialState(
        trial.number(), run, trial.values(), 0, Trainer.End.PAUSED, new TreeMap<>());
  }

  /** The same after more steps. */
  public TrialState with(int steps, Trainer.End end, SortedMap<Integer, Double> curve) {
    return new TrialState(number, run, values, steps, end, curve);
  }

  /** Whether this is what became of the same trial, by number and by all that decides it. */
  boolean isSame(TrialState other) {
    return number == other.number && run.equals(other.run);
  }

  public boolean diverged() {
    return end == Trainer.End.DIVERGED;
  }

  /** Whether it had diverged when so many steps were done. */
  boolean divergedBy(int step) {
    return diverged() && steps <= step;
  }

  /** Whether it need not train any more to have done so many steps. */
  boolean reached(int steps) {
    return this.steps >= steps || end != Trainer.End.PAUSED;
  }

  /** The validation that counts: the best until a step, the base model's left out. */
  public Optional<Map.Entry<Integer, Double>> best(SearchMetric metric, int until) {
    Comparator<Double> bestFirst = metric.bestFirst();
    return curve.entrySet().stream()
        .filter(point -> point.getKey() > 0 && point.getKey() <= until)
        .filter(point -> !point.getValue().isNaN())
        .min(Map.Entry.comparingByValue(bestFirst));
  }

  /** Of all that it has done. */
  public Optional<Map.Entry<Integer, Double>> best(SearchMetric metric) {
    return best(metric, Integer.MAX_VALUE);
  }

  /** The better trial first; of equals the one with the smaller number. */
  static Comparator<TrialState> bestFirst(SearchMetric metric, int until) {
    return Comparator.comparing(
            (TrialState trial) ->
                trial.best(metric, until).map(Map.Entry::getValue).orElse(Double.NaN),
            metric.bestFirst())
        .thenComparing(TrialState::number);
  }
}
