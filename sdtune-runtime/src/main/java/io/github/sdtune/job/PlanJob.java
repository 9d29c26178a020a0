package io.github.sdtune.job;

/**
 * Asks what a training would cost.
 *
 * @param job the training; its goal does not matter
 */
public record PlanJob(Job job) implements TrainingRequest {
  @Override
  public String name() {
    return "plan";
  }
}
