package io.github.sdtune.job;

import java.nio.file.Path;

/**
 * Asks what a training would cost.
 *
 * @param job the training; its goal does not matter
 */
public record PlanJob(Job job) implements Request {
  @Override
  public String name() {
    return "plan";
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
