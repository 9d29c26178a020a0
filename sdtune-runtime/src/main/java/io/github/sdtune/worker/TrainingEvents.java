package io.github.sdtune.worker;

import io.github.sdtune.job.Event;
import io.github.sdtune.metric.Metric;
import io.github.sdtune.train.Trainer;
import io.github.sdtune.train.TrainingSettings;
import io.github.sdtune.train.TrainingStep;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Tells a training's progress, with its speed and the time left. */
final class TrainingEvents implements Trainer.Listener {
  private final TrainingSettings settings;
  private final int until;
  private final Consumer<Event> events;
  private final long start = System.nanoTime();
  private long last = start;

  /** Time spent in steps, without the validations between them. */
  private double inSteps;

  private int first;

  /**
   * @param until the step that is trained until
   */
  TrainingEvents(TrainingSettings settings, int until, Consumer<Event> events) {
    this.settings = settings;
    this.until = until;
    this.events = events;
  }

  @Override
  public void resumed(int step, String from) {
    first = step;
    events.accept(new Event.Phase("goes on after step " + step + ", from " + from));
  }

  @Override
  public void step(int step, TrainingStep.Outcome outcome) {
    long now = System.nanoTime();
    inSteps += (now - last) / 1e9;
    last = now;
    int done = step - first;
    events.accept(
        new Event.Step(
            step,
            until,
            outcome.loss(),
            outcome.learningRate(),
            outcome.gradNorm(),
            settings.picturesPerStep() * done / inSteps,
            (now - start) / 1e9 / done * (until - step)));
  }

  @Override
  public void validated(int step, Map<String, Metric> metrics, boolean best) {
    last = System.nanoTime();
    Map<String, Double> values = new TreeMap<>();
    metrics.forEach((name, metric) -> values.put(name, metric.value()));
    events.accept(new Event.Validation(step, values, best));
  }

  @Override
  public void skipped(int step, String why) {
    events.accept(new Event.Warning("skipped " + why));
  }

  @Override
  public void halved(int pictures) {
    events.accept(
        new Event.Warning(
            "memory ran out: from now on at most %d pictures go through the networks at once. A step is made of as many as before, and its gradient is the same up to rounding. <batchSize> %d with more <gradientAccumulation> does so from the start, and <gradientCheckpointing> needs less memory"
                .formatted(pictures, pictures)));
  }

  @Override
  public void diverged(int step, String why) {
    events.accept(new Event.Warning("the training diverged. " + why));
  }

  @Override
  public void warned(String text) {
    events.accept(new Event.Warning(text));
  }
}
