package io.github.sdtune.worker;

import ai.djl.ndarray.NDManager;
import io.github.sdtune.io.Json;
import io.github.sdtune.job.Event;
import io.github.sdtune.job.FindLearningRateJob;
import io.github.sdtune.job.Goal;
import io.github.sdtune.job.Job;
import io.github.sdtune.job.JobResult;
import io.github.sdtune.search.RangeTest;
import io.github.sdtune.tensor.Devices;
import io.github.sdtune.tensor.Gradients;
import io.github.sdtune.tensor.Scope;
import io.github.sdtune.train.Batch;
import io.github.sdtune.train.Batches;
import io.github.sdtune.train.Objective;
import io.github.sdtune.train.TrainingStep;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Trains for a while at growing rates. The loss of a step's own batch tells little of its rate: it
 * differs tenfold between timesteps. So after each step the loss is measured on the same pictures,
 * timesteps and noise, which no step is trained on.
 */
final class FindLearningRate {
  private final FindLearningRateJob asked;
  private final Job job;
  private final Consumer<Event> events;

  FindLearningRate(FindLearningRateJob asked, Consumer<Event> events) {
    this.asked = asked;
    this.job = asked.job();
    this.events = events;
  }

  JobResult run() throws IOException {
    List<String> warnings =
        new ArrayList<>(new JobRunner(job.withGoal(Goal.PREPARE_DATASET), events).run().warnings());
    try (NDManager manager = Devices.open(job.device());
        LoadedBase base = new LoadedBase(job, manager, events)) {
      Training training = Training.prepare(job.training(), base, manager);
      events.accept(
          new Event.Phase(
              "find-learning-rate: %d steps at %.1e to %.1e"
                  .formatted(
                      asked.settings().steps(),
                      asked.settings().startRate(),
                      asked.settings().endRate())));
      RangeTest test = test(training);
      Json.write(job.outputs().rangeTest(), test);
      String done =
          "%d steps%s"
              .formatted(
                  test.points().size(), test.diverged() ? ", until the training diverged" : "");
      return new JobResult(asked.name(), List.of(done), warnings);
    }
  }

  private RangeTest test(Training training) {
    List<Batch> probe = probe(training);
    Objective objective = training.objective();
    Batches batches = training.batches(job.training().seed());
    TrainingStep step = training.step(asked.settings()::rate);
    RangeTest test = RangeTest.of(asked.settings(), loss(objective, probe));
    while (!test.over()) {
      int number = test.points().size();
      double rate = test.nextRate();
      TrainingStep.Outcome outcome = step.run(number, part -> batches.at(number, part));
      test = test.with(outcome.finite() ? loss(objective, probe) : Double.NaN);
      events.accept(
          new Event.Progress(
              "at a rate of %.1e, trying rates".formatted(rate),
              number + 1,
              asked.settings().steps()));
    }
    return test;
  }

  /** Batches that the training would draw of another seed: always the same. */
  private List<Batch> probe(Training training) {
    int size = job.training().batchSize();
    int count = (asked.settings().pictures() + size - 1) / size;
    Batches batches = training.batches(~job.training().seed());
    return IntStream.range(0, count).mapToObj(i -> batches.at(i, 0)).toList();
  }

  private static double loss(Objective objective, List<Batch> probe) {
    return probe.stream()
        .mapToDouble(
            batch ->
                Scope.closing(
                    () -> (double) Gradients.without(() -> objective.loss(batch)).getFloat()))
        .average()
        .orElseThrow();
  }
}
