package io.github.sdtune.search;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.Json;
import io.github.sdtune.train.Trainer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * {@code tune.json}: all that a search has come to. Written after each slice, complete or absent.
 *
 * @param version of this file's form
 * @param trials in the order of their numbers
 * @param seconds that the search took, over all builds that it was spread over
 */
public record Ledger(
    int version, SearchMetric metric, Bracket bracket, List<TrialState> trials, double seconds) {
  private static final int VERSION = 1;

  public Ledger {
    trials = List.copyOf(trials);
  }

  /** A search that has not begun. */
  public static Ledger of(SearchMetric metric, Bracket bracket, List<TrialState> trials) {
    return new Ledger(VERSION, metric, bracket, trials, 0);
  }

  /** What is in a file; absent if there is none, or none that can be read. */
  public static Optional<Ledger> read(Path file) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Json.read(file, Ledger.class)).filter(l -> l.version() == VERSION);
    } catch (SdtuneException e) {
      return Optional.empty();
    }
  }

  /**
   * This search with what an earlier one found out of the same trials. The time is taken over with
   * them.
   */
  public Ledger after(Ledger earlier) {
    if (!earlier.metric().equals(metric)) {
      return this;
    }
    List<TrialState> taken =
        trials.stream()
            .map(trial -> earlier.trials().stream().filter(trial::isSame).findFirst().orElse(trial))
            .toList();
    double spent = taken.equals(trials) ? 0 : earlier.seconds();
    return new Ledger(version, metric, bracket, taken, spent);
  }

  /** The same with a trial's new state, after {@code more} seconds. */
  public Ledger with(TrialState changed, double more) {
    List<TrialState> now =
        IntStream.range(0, trials.size())
            .mapToObj(i -> trials.get(i).number() == changed.number() ? changed : trials.get(i))
            .toList();
    return new Ledger(version, metric, bracket, now, seconds + more);
  }

  /** Where the search stands. */
  public Halving halving() {
    return Halving.of(bracket, metric, trials);
  }

  public Optional<TrialState> best() {
    return Halving.best(metric, trials);
  }

  /** The names of the settings that are varied. */
  public List<String> settings() {
    return trials.stream()
        .flatMap(trial -> trial.values().keySet().stream())
        .distinct()
        .sorted()
        .toList();
  }

  /** What came of the search so far, in a sentence. */
  public String headline() {
    if (best().isEmpty()) {
      return trials.stream().allMatch(TrialState::diverged)
          ? "all " + trials.size() + " trials diverged"
          : "no trial has been measured";
    }
    TrialState best = best().get();
    String over = halving().next().isEmpty() ? "" : " so far";
    return "the best of %d trials%s is %s".formatted(trials.size(), over, describe(best));
  }

  /** Where a trial stands, in a few words. */
  public String describe(TrialState trial) {
    String name = "trial " + trial.number();
    if (trial.diverged()) {
      return name + ", which diverged after step " + trial.steps();
    }
    Optional<Map.Entry<Integer, Double>> point = trial.best(metric);
    String early = trial.end() == Trainer.End.STOPPED_EARLY ? " (it stopped early)" : "";
    return point
        .map(
            p ->
                String.format(
                    Locale.ROOT,
                    "%s: %s %.4f after step %d%s%s",
                    name,
                    metric.name(),
                    p.getValue(),
                    p.getKey(),
                    beside(trial),
                    early))
        .orElse(name + ", whose " + metric.name() + " is no number");
  }

  private static String beside(TrialState trial) {
    Double base = trial.curve().get(0);
    return base == null ? "" : String.format(Locale.ROOT, ", the base's is %.4f", base);
  }

  /** Steps that all trials have done. */
  public long steps() {
    return trials.stream().mapToLong(TrialState::steps).sum();
  }
}
