package io.github.sdtune.worker;

import io.github.sdtune.job.Event;
import io.github.sdtune.job.GenerateJob;
import io.github.sdtune.job.JobResult;
import java.util.List;
import java.util.function.Consumer;

/** To come. */
final class Generate {
  private final GenerateJob job;
  private final Consumer<Event> events;

  Generate(GenerateJob job, Consumer<Event> events) {
    this.job = job;
    this.events = events;
  }

  JobResult run() {
    events.accept(new Event.Phase("not yet"));
    return new JobResult(job.name(), List.of(), List.of());
  }
}
