package io.github.sdtune.search;

import java.util.List;
import java.util.Optional;

/**
 * Successive halving as a function of what was measured: where an interrupted search goes on, it
 * comes to the same decisions.
 *
 * @param remaining trials that are still in the running, the best of an earlier rung first
 * @param next what to do; absent when the search is over
 */
public record Halving(List<TrialState> remaining, Optional<Slice> next) {
  /**
   * Some steps of a trial.
   *
   * @param rung from 1
   * @param until which step it is to train
   */
  public record Slice(int rung, TrialState trial, int until) {}

  /** Where a search stands. */
  public static Halving of(Bracket bracket, SearchMetric metric, List<TrialState> trials) {
    List<TrialState> remaining = trials;
    for (int i = 0; i < bracket.rungs().size(); i++) {
      Bracket.Rung rung = bracket.rungs().get(i);
      if (i > 0) {
        int compared = bracket.rungs().get(i - 1).steps();
        remaining =
            remaining.stream()
                .filter(trial -> !trial.divergedBy(compared))
                .sorted(TrialState.bestFirst(metric, compared))
                .limit(rung.trials())
                .toList();
      }
      for (TrialState trial : remaining) {
        if (!trial.reached(rung.steps())) {
          return new Halving(remaining, Optional.of(new Slice(i + 1, trial, rung.steps())));
        }
      }
    }
    return new Halving(remaining, Optional.empty());
  }

  /**
   * The best of all trials. A trial's best is never worse after more steps, so that none that was
   * dropped is better than those that went on.
   */
  public static Optional<TrialState> best(SearchMetric metric, List<TrialState> trials) {
    return trials.stream()
        .filter(trial -> !trial.diverged() && trial.best(metric).isPresent())
        .min(TrialState.bestFirst(metric, Integer.MAX_VALUE));
  }
}
