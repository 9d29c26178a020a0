package io.github.sdtune.train;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How the learning rate changes; the formulas are those of diffusers' {@code optimization.py}. */
public enum LearningRateSchedule {
  CONSTANT {
    @Override
    double decay(double progress) {
      return 1;
    }
  },
  LINEAR {
    @Override
    double decay(double progress) {
      return Math.max(0, 1 - progress);
    }
  },
  COSINE {
    @Override
    double decay(double progress) {
      return Math.max(0, 0.5 * (1 + Math.cos(Math.PI * progress)));
    }
  };

  /** The multiplier after warm-up, for a progress of 0 to 1 through what is left. */
  abstract double decay(double progress);

  /** The multiplier of the learning rate in a step, the first being 0. */
  public double multiplier(int step, int warmupSteps, int maxSteps) {
    if (step < warmupSteps) {
      return (double) step / Math.max(1, warmupSteps);
    }
    return decay((double) (step - warmupSteps) / Math.max(1, maxSteps - warmupSteps));
  }

  @JsonValue
  public String json() {
    return name().toLowerCase(Locale.ROOT);
  }
}
