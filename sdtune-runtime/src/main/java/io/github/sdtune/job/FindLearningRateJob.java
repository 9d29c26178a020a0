package io.github.sdtune.job;

import io.github.sdtune.search.RangeTestSettings;
import java.nio.file.Path;

/**
 * Asks for a range test of learning rates.
 *
 * @param job the training that they are for; its goal does not matter
 */
public record FindLearningRateJob(Job job, RangeTestSettings settings) implements Request {
  @Override
  public String name() {
    return "find-learning-rate";
  }

  @Override
  public Path outputDirectory() {
    return job.outputDirectory();
  }

  @Override
  public Computation computation() {
    return job.computation();
  }
}
