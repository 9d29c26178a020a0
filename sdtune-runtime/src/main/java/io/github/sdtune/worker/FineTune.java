package io.github.sdtune.worker;

import ai.djl.ndarray.NDManager;
import io.github.sdtune.io.AtomicFolder;
import io.github.sdtune.io.Json;
import io.github.sdtune.job.Event;
import io.github.sdtune.job.Inputs;
import io.github.sdtune.job.Job;
import io.github.sdtune.method.Method;
import io.github.sdtune.metric.Overfitting;
import io.github.sdtune.plan.Plan;
import io.github.sdtune.tensor.Devices;
import io.github.sdtune.train.Controls;
import io.github.sdtune.train.Trainer;
import io.github.sdtune.train.TrainingLog;
import io.github.sdtune.train.TrainingSettings;
import io.github.sdtune.worker.JobRunner.Done;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/** Encodes the dataset, trains, and writes the best weights. */
final class FineTune {
  private final Job job;
  private final Plan plan;
  private final Map<String, String> inputs;
  private final Consumer<Event> events;
  private final Controls controls;

  FineTune(
      Job job, Plan plan, Map<String, String> inputs, Consumer<Event> events, Controls controls) {
    this.job = job;
    this.plan = plan;
    this.inputs = inputs;
    this.events = events;
    this.controls = controls;
  }

  Done run() {
    TrainingSettings settings = job.training();
    UnfinishedTraining unfinished = new UnfinishedTraining(job);
    unfinished.refuseChanged(inputs);
    try (NDManager manager = Devices.open(job.device());
        LoadedBase base = new LoadedBase(job, manager, events)) {
      Training training = Training.prepare(settings, base, manager);
      Json.write(job.outputs().plan(), plan);
      events.accept(new Event.Phase(headline(training)));
      Map<String, String> made = training.madeFrom(inputs);
      unfinished.begin(made);
      settings
          .optimizer()
          .doubts(settings.learningRate())
          .ifPresent(doubts -> events.accept(new Event.Warning(doubts)));

      Trainer.Files files =
          new Trainer.Files(job.outputs().checkpoints(), job.outputs().trainingLog());
      Trainer.Result result;
      try (TensorBoard listener =
          new TensorBoard(
              job.outputs().tensorBoard(),
              new TrainingEvents(settings, settings.maxSteps(), events))) {
        result =
            training
                .trainer(listener, files, Inputs.digest(made), job.safeguards(), controls)
                .train();
      }
      Overfitting found = TrainingLog.judge(files.log());
      events.accept(new Event.Phase(found.sentence()));
      return new Done(summary(result), write(training.method(), made));
    }
  }

  /** Into a fresh folder: what another method left there would be taken for this one's. */
  private List<Path> write(Method method, Map<String, String> made) {
    Path folder = job.outputs().weights();
    try {
      return AtomicFolder.write(
          folder,
          fresh -> {
            List<Path> files = new ArrayList<>(method.write(fresh, provenance(made)));
            Path configuration = fresh.resolve(job.outputs().configuration().getFileName());
            Json.write(configuration, job.configuration());
            files.add(configuration);
            return files.stream().map(file -> folder.resolve(fresh.relativize(file))).toList();
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String headline(Training training) {
    TrainingSettings settings = job.training();
    return String.format(
        Locale.ROOT,
        "%s; %d pictures%s, %d steps of %d at %s by %s",
        plan.headline(),
        training.items().size(),
        training.classItems().isEmpty()
            ? ""
            : " and %d of the class".formatted(training.classItems().size()),
        settings.maxSteps(),
        settings.picturesPerStep(),
        settings.learningRate(),
        settings.optimizer().name());
  }

  private String summary(Trainer.Result result) {
    if (result.bestStep() == 0) {
      events.accept(
          new Event.Warning(
              "no validation was better than the base model's: what was trained changes nothing"));
    }
    return String.format(
        Locale.ROOT,
        "%d steps%s%s; %s %.4f after step %d",
        result.steps(),
        result.skipped() == 0 ? "" : ", %d of them skipped".formatted(result.skipped()),
        switch (result.end()) {
          case ALL_STEPS_DONE, PAUSED -> "";
          case STOPPED_EARLY -> " (stopped early)";
          case REACHED -> " (as good as asked for)";
          case DIVERGED -> " (diverged)";
        },
        job.training().earlyStopping().metric(),
        result.best(),
        result.bestStep());
  }

  /** What the weights were made from, kept in their file. */
  private Map<String, String> provenance(Map<String, String> made) {
    return Map.of(
        "sdtune.artifact", job.artifact(),
        "sdtune.base_model", job.base().name(),
        "sdtune.configuration", Json.line(job.configuration()),
        "sdtune.training", Inputs.withoutPlaces(job.training()),
        "sdtune.inputs", Json.line(made));
  }
}
