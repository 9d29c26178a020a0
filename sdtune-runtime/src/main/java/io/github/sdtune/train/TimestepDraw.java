package io.github.sdtune.train;

import io.github.sdtune.tensor.KeyedRandom;

/** Draws the timestep of a row. */
final class TimestepDraw {
  private final TimestepSettings settings;
  private final int trainTimesteps;
  private final KeyedRandom random;

  /**
   * @param trainTimesteps T: timesteps are 0 to T - 1
   */
  TimestepDraw(TimestepSettings settings, int trainTimesteps, KeyedRandom random) {
    settings.check(trainTimesteps);
    this.settings = settings;
    this.trainTimesteps = trainTimesteps;
    this.random = random;
  }

  int of(String item, int occurrence) {
    int count = settings.end(trainTimesteps) - settings.minimum();
    return settings.minimum() + settings.distribution().draw(random, item, occurrence, count);
  }
}
