package io.github.sdtune.job;

import java.nio.file.Path;

/** Asks for something about a training, in its place and with its memory. */
public sealed interface TrainingRequest extends Request
    permits TuneJob, FindLearningRateJob, PlanJob {
  /** The training; its goal does not matter. */
  Job job();

  @Override
  default Path outputDirectory() {
    return job().outputDirectory();
  }

  @Override
  default Computation computation() {
    return job().computation();
  }
}
