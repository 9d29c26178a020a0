package io.github.sdtune.maven.parameters;

import io.github.sdtune.search.Bracket;
import io.github.sdtune.search.SearchMetric;
import io.github.sdtune.search.Trial;
import java.util.List;
import java.util.Optional;

/**
 * A search as {@code <tune>} has it, checked.
 *
 * @param trials in the order of their numbers
 * @param bracket for how long they train
 * @param metric by which they are compared
 * @param seconds that it may take
 */
public record Search(
    List<Trial> trials, Bracket bracket, SearchMetric metric, Optional<Double> seconds) {
  public Search {
    trials = List.copyOf(trials);
  }

  /** What speaks against a search that is allowed. */
  public Optional<String> doubts() {
    int compared = bracket.rungs().get(0).steps();
    int warmup =
        trials.stream().mapToInt(t -> t.training().schedule().warmupSteps()).max().orElse(0);
    return warmup > 0 && warmup >= compared
        ? Optional.of(
            "<tune>: trials are first compared after %d steps, when learning rates still rise (<warmupSteps> %d): take fewer trials, or a shorter warm-up"
                .formatted(compared, warmup))
        : Optional.empty();
  }
}
