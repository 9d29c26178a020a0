package io.github.sdtune.search;

import io.github.sdtune.io.TextTable;
import io.github.sdtune.train.Trainer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * A trial among the others, for people.
 *
 * @param best whether it is the best of all
 * @param remaining whether it is still in the running
 * @param verdict what became of it, in a few words
 * @param value its best validation; empty if there is none
 * @param at the step of it
 */
public record Standing(
    TrialState trial, boolean best, boolean remaining, String verdict, String value, String at) {
  /** All trials, the best first; those that diverged last. */
  public static List<Standing> of(Ledger ledger) {
    Comparator<TrialState> order =
        Comparator.comparing(TrialState::diverged)
            .thenComparing(TrialState.bestFirst(ledger.metric(), Integer.MAX_VALUE));
    return ledger.trials().stream().sorted(order).map(trial -> of(trial, ledger)).toList();
  }

  private static Standing of(TrialState trial, Ledger ledger) {
    var point = trial.best(ledger.metric());
    boolean remaining =
        ledger.halving().remaining().stream().anyMatch(t -> t.number() == trial.number());
    return new Standing(
        trial,
        ledger.best().map(best -> best.number() == trial.number()).orElse(false),
        remaining && !trial.diverged(),
        verdict(trial, remaining),
        point.map(p -> String.format(Locale.ROOT, "%.4f", p.getValue())).orElse(""),
        point.map(p -> p.getKey().toString()).orElse(""));
  }

  private static String verdict(TrialState trial, boolean remaining) {
    if (trial.diverged()) {
      return "diverged";
    }
    if (!remaining) {
      return "dropped";
    }
    if (trial.end() != Trainer.End.PAUSED) {
      return trial.end() == Trainer.End.STOPPED_EARLY ? "stopped early" : "trained to the end";
    }
    return trial.steps() == 0 ? "not begun" : "not finished";
  }

  /** A table of text, with a line for each trial. */
  public static List<String> table(Ledger ledger) {
    List<String> head = new ArrayList<>(List.of("trial"));
    head.addAll(ledger.settings());
    head.addAll(List.of("steps", ledger.metric().name(), "at step", "verdict"));
    TextTable table = new TextTable(head.toArray(String[]::new));
    for (Standing standing : of(ledger)) {
      TrialState trial = standing.trial();
      List<String> row = new ArrayList<>(List.of(Integer.toString(trial.number())));
      ledger.settings().forEach(name -> row.add(trial.values().getOrDefault(name, "")));
      row.add(Integer.toString(trial.steps()));
      row.add(standing.value());
      row.add(standing.at());
      row.add(standing.verdict() + (standing.best() ? ", the best" : ""));
      table.row(row);
    }
    int steps = 1 + ledger.settings().size();
    return table.lines(0, steps, steps + 1, steps + 2);
  }
}
