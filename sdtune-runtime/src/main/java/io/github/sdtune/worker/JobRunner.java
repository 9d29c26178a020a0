package io.github.sdtune.worker;

import io.github.sdtune.io.Json;
import io.github.sdtune.job.Cost;
import io.github.sdtune.job.Event;
import io.github.sdtune.job.Goal;
import io.github.sdtune.job.Inputs;
import io.github.sdtune.job.Job;
import io.github.sdtune.job.JobResult;
import io.github.sdtune.job.Outputs;
import io.github.sdtune.job.Stamp;
import io.github.sdtune.plan.Plan;
import io.github.sdtune.train.Controls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Runs a job's goal, and first those before it whose outputs are missing or stale. */
final class JobRunner {
  /**
   * What a goal did.
   *
   * @param summary a sentence for the user
   * @param outputs files that must stay as they are for the goal to be up to date
   */
  record Done(String summary, List<Path> outputs) {}

  /** A goal's work, told the digests of all that decides it: see {@link Inputs}. */
  @FunctionalInterface
  interface GoalWork {
    Done run(Map<String, String> inputs);
  }

  private final Job job;
  private final Outputs outputs;
  private final Controls controls;
  private final Consumer<Event> events;
  private final List<String> done = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  /** Nothing ends it before its time. */
  JobRunner(Job job, Consumer<Event> events) {
    this(job, events, Controls.none());
  }

  JobRunner(Job job, Consumer<Event> events, Controls controls) {
    this.job = job;
    this.controls = controls;
    this.outputs = job.outputs();
    this.events =
        event -> {
          if (event instanceof Event.Warning warning) {
            warnings.add(warning.text());
          }
          events.accept(event);
        };
  }

  JobResult run() throws IOException {
    // Rules that do not fit the model are told now, not when the dataset is ready.
    Optional<Plan> plan =
        job.goal() == Goal.PREPARE_DATASET
            ? Optional.empty()
            : Optional.of(Plan.of(job.base().directory(), job.training()));
    step(Goal.PREPARE_DATASET, inputs -> new PrepareDataset(job, events).run());
    step(
        Goal.FINE_TUNE,
        inputs -> new FineTune(job, plan.orElseThrow(), inputs, events, controls).run());
    step(Goal.EVALUATE, inputs -> new Evaluate(job, events).run());
    return new JobResult(job.name(), done, warnings);
  }

  private void step(Goal goal, GoalWork work) throws IOException {
    if (goal.compareTo(job.goal()) > 0) {
      return;
    }
    Map<String, String> inputs = Inputs.of(job.withGoal(goal));
    Path stamp = outputs.stamp(goal);
    Optional<String> stale = Stamp.stale(stamp, inputs, outputs.directory());
    if (stale.isEmpty()) {
      return;
    }
    events.accept(new Event.Phase(goal.json() + ": " + stale.get()));
    Files.deleteIfExists(stamp);
    long start = System.nanoTime();
    Done finished = work.run(inputs);
    Json.write(outputs.cost(goal), Cost.since(start));
    done.add(finished.summary());
    events.accept(new Event.Phase(finished.summary()));
    Json.write(stamp, Stamp.of(inputs, outputs.directory(), finished.outputs()));
  }
}
