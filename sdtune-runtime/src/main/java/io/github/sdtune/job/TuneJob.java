package io.github.sdtune.job;

import io.github.sdtune.search.Bracket;
import io.github.sdtune.search.Ledger;
import io.github.sdtune.search.SearchMetric;
import io.github.sdtune.search.Trial;
import io.github.sdtune.search.TrialState;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Asks for a search: which of several trainings is best.
 *
 * @param job the training that is varied; its goal does not matter
 * @param trials in the order of their numbers
 * @param bracket for how long they train
 * @param metric by which they are compared
 * @param seconds that the search may take, over all builds that it is spread over; absent: as many
 *     as it needs
 */
public record TuneJob(
    Job job, List<Trial> trials, Bracket bracket, SearchMetric metric, Optional<Double> seconds)
    implements TrainingRequest {
  public TuneJob {
    trials = List.copyOf(trials);
  }

  @Override
  public String name() {
    return "tune";
  }

  /** Where the search stands, by what an earlier worker left of it. */
  public Ledger ledger() {
    Map<String, String> inputs = Inputs.of(job.withGoal(Goal.FINE_TUNE));
    List<TrialState> states =
        trials.stream()
            .map(
                trial -> TrialState.of(trial, Inputs.digest(Inputs.with(inputs, trial.training()))))
            .toList();
    Ledger fresh = Ledger.of(metric, bracket, states);
    return Ledger.read(outputs().tuneLedger()).map(fresh::after).orElse(fresh);
  }
}
