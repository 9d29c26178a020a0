package io.github.sdtune.job;

import io.github.sdtune.search.RangeTestSettings;

/**
 * Asks for a range test of learning rates.
 *
 * @param job the training that they are for; its goal does not matter
 */
public record FindLearningRateJob(Job job, RangeTestSettings settings) implements TrainingRequest {
  @Override
  public String name() {
    return "find-learning-rate";
  }
}
