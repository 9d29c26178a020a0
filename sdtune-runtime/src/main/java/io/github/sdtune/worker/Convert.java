package io.github.sdtune.worker;

import io.github.sdtune.job.ConvertJob;
import io.github.sdtune.job.Event;
import io.github.sdtune.job.JobResult;
import java.util.List;
import java.util.function.Consumer;

/** To come. */
final class Convert {
  private final ConvertJob job;
  private final Consumer<Event> events;

  Convert(ConvertJob job, Consumer<Event> events) {
    this.job = job;
    this.events = events;
  }

  JobResult run() {
    events.accept(new Event.Phase("not yet"));
    return new JobResult(job.name(), List.of(), List.of());
  }
}
