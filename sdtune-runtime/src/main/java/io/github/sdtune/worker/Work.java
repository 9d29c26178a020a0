package io.github.sdtune.worker;

import io.github.sdtune.job.ConvertJob;
import io.github.sdtune.job.Event;
import io.github.sdtune.job.FindLearningRateJob;
import io.github.sdtune.job.GenerateJob;
import io.github.sdtune.job.Job;
import io.github.sdtune.job.JobResult;
import io.github.sdtune.job.PlanJob;
import io.github.sdtune.job.Request;
import io.github.sdtune.job.TuneJob;
import io.github.sdtune.train.Controls;
import java.io.IOException;
import java.util.function.Consumer;

/** Does what was asked for. */
@FunctionalInterface
interface Work {
  JobResult run() throws IOException;

  static Work of(Request request, Consumer<Event> events, Controls controls) {
    if (request instanceof GenerateJob job) {
      return new Generate(job, events)::run;
    }
    if (request instanceof ConvertJob job) {
      return new Convert(job, events)::run;
    }
    if (request instanceof TuneJob job) {
      return new Tune(job, events, controls)::run;
    }
    if (request instanceof FindLearningRateJob job) {
      return new FindLearningRate(job, events)::run;
    }
    if (request instanceof PlanJob job) {
      return new EstimateCost(job, events)::run;
    }
    return new JobRunner((Job) request, events, controls)::run;
  }
}
