package io.github.sdtune.train;

import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.Purpose;

/** Draws the timestep of a row. */
final class TimestepDraw {
  private final int trainTimesteps;
  private final KeyedRandom random;

  /**
   * @param trainTimesteps T: timesteps are 0 to T - 1
   */
  TimestepDraw(int trainTimesteps, KeyedRandom random) {
    this.trainTimesteps = trainTimesteps;
    this.random = random;
  }

  int of(String item, int occurrence) {
    return random.below(Purpose.TIMESTEP, item, occurrence, trainTimesteps);
  }
}
