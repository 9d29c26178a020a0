package io.github.sdtune.worker;

import ai.djl.ndarray.NDManager;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.Json;
import io.github.sdtune.job.Event;
import io.github.sdtune.job.Goal;
import io.github.sdtune.job.Inputs;
import io.github.sdtune.job.Job;
import io.github.sdtune.job.JobResult;
import io.github.sdtune.job.TuneJob;
import io.github.sdtune.plan.Plan;
import io.github.sdtune.report.TrainingLog;
import io.github.sdtune.search.Halving.Slice;
import io.github.sdtune.search.Ledger;
import io.github.sdtune.search.Trial;
import io.github.sdtune.search.TrialState;
import io.github.sdtune.tensor.Devices;
import io.github.sdtune.train.Controls;
import io.github.sdtune.train.Safeguards;
import io.github.sdtune.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.commons.io.file.PathUtils;

/**
 * Trains the trials of a search by turns. A trial is the beginning of the training that {@code
 * fine-tune} would do with its settings: it pauses at a validation, and goes on from its
 * checkpoint.
 */
final class Tune {
  private final TuneJob search;
  private final Job job;
  private final Consumer<Event> events;
  private final Map<String, String> inputs;
  private final Controls controls;
  private final List<String> warnings = new ArrayList<>();

  /** Nothing ends it before its time. */
  Tune(TuneJob search, Consumer<Event> events) {
    this(search, events, Controls.none());
  }

  Tune(TuneJob search, Consumer<Event> events, Controls controls) {
    this.search = search;
    this.controls = controls;
    this.job = search.job();
    this.events = events;
    this.inputs = Inputs.of(job.withGoal(Goal.FINE_TUNE));
  }

  JobResult run() throws IOException {
    requireFitting();
    JobResult prepared = new JobRunner(job.withGoal(Goal.PREPARE_DATASET), events).run();
    warnings.addAll(prepared.warnings());
    Ledger ledger = search.ledger();
    events.accept(new Event.Phase("tune: " + ledger.bracket().describe()));
    for (Optional<Slice> next = ledger.halving().next();
        next.isPresent() && inTime(ledger, next.get());
        next = ledger.halving().next()) {
      long start = System.nanoTime();
      TrialState after = train(next.get());
      ledger = ledger.with(after, (System.nanoTime() - start) / 1e9);
      Json.write(job.outputs().tuneLedger(), ledger);
      events.accept(new Event.Phase(ledger.describe(after)));
      dropCheckpoints(ledger);
    }
    return new JobResult(search.name(), List.of(ledger.headline()), warnings);
  }

  /** Rules that do not fit the model are told before the first trial begins, not in the last. */
  private void requireFitting() {
    for (Trial trial : search.trials()) {
      told(trial, () -> Plan.of(job.base().directory(), trial.training()));
    }
  }

  /** Whether some more steps would be done in the time that there is, as fast as those before. */
  private boolean inTime(Ledger ledger, Slice slice) {
    double needed =
        ledger.steps() == 0
            ? 0
            : ledger.seconds() / ledger.steps() * (slice.until() - slice.trial().steps());
    boolean inTime = search.seconds().map(most -> ledger.seconds() + needed <= most).orElse(true);
    if (!inTime) {
      warn(
          "the search ends before its end: %.0f s have passed of %.0f s in <tune><budget><time>, and the next %d steps would take %.0f s"
              .formatted(
                  ledger.seconds(),
                  search.seconds().orElseThrow(),
                  slice.until() - slice.trial().steps(),
                  needed));
    }
    return inTime;
  }

  private TrialState train(Slice slice) {
    Trial trial = search.trials().get(slice.trial().number() - 1);
    return told(trial, () -> train(slice, trial));
  }

  private TrialState train(Slice slice, Trial trial) {
    events.accept(
        new Event.Phase(
            "trial %d of %d, rung %d of %d, until step %d: %s"
                .formatted(
                    trial.number(),
                    search.trials().size(),
                    slice.rung(),
                    search.bracket().rungs().size(),
                    slice.until(),
                    describe(trial))));
    try (NDManager manager = Devices.open(job.device());
        LoadedBase base = new LoadedBase(job.withTraining(trial.training()), manager, events)) {
      Training training = Training.prepare(trial.training(), base, manager);
      Trainer.Files files = files(trial.number());
      Trainer.Listener listener =
          new TrainingEvents(trial.training(), slice.until(), event -> tell(trial, event));
      String run = Inputs.digest(training.madeFrom(Inputs.with(inputs, trial.training())));
      Trainer.Result result =
          training
              .trainer(
                  listener,
                  files,
                  run,
                  job.safeguards().withResumeFrom(Safeguards.LATEST),
                  controls)
              .train(slice.until());
      return slice.trial().with(result.steps(), result.end(), curve(files.log()));
    }
  }

  /** Says of a user's mistake which trial it is in. */
  private static <T> T told(Trial trial, Supplier<T> work) {
    try {
      return work.get();
    } catch (SdtuneException e) {
      throw new SdtuneException(
          "trial %d (%s): %s".formatted(trial.number(), describe(trial), e.getMessage()), e);
    }
  }

  private static String describe(Trial trial) {
    return trial.values().entrySet().stream()
        .map(value -> value.getKey() + " " + value.getValue())
        .collect(Collectors.joining(", "));
  }

  private Trainer.Files files(int number) {
    Path folder = job.outputs().trial(number);
    return new Trainer.Files(folder.resolve("checkpoints"), folder.resolve("training.jsonl"));
  }

  /** Of a trial's events, what the user need not read for each of them is left out. */
  private void tell(Trial trial, Event event) {
    if (event instanceof Event.Step) {
      events.accept(event);
    } else if (event instanceof Event.Warning warning) {
      warn("trial " + trial.number() + ": " + warning.text());
    } else if (event instanceof Event.Validation validation) {
      requireMeasured(validation.metrics());
    }
  }

  private void warn(String text) {
    warnings.add(text);
    events.accept(new Event.Warning(text));
  }

  private void requireMeasured(Map<String, Double> metrics) {
    if (!metrics.containsKey(search.metric().name())) {
      throw new SdtuneException(
          "<tune><metric>: found %s, expected what is measured at each validation: %s"
              .formatted(
                  search.metric().name(), String.join(", ", new TreeMap<>(metrics).keySet())));
    }
  }

  private SortedMap<Integer, Double> curve(Path log) {
    SortedMap<Integer, Double> curve = new TreeMap<>();
    for (TrainingLog.Validation validation : TrainingLog.read(log).validations()) {
      curve.put(validation.step(), validation.metrics().get(search.metric().name()));
    }
    return curve;
  }

  /** Those of trials that are out of the running: a whole model's take as much as four models. */
  private void dropCheckpoints(Ledger ledger) throws IOException {
    List<Integer> remaining =
        ledger.halving().remaining().stream().map(TrialState::number).toList();
    for (TrialState trial : ledger.trials()) {
      if (!remaining.contains(trial.number())) {
        Path checkpoints = files(trial.number()).checkpoints();
        if (Files.exists(checkpoints)) {
          PathUtils.deleteDirectory(checkpoints);
        }
      }
    }
  }
}
