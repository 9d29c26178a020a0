package io.github.sdtune.train;

import io.github.sdtune.dataset.AugmentationSettings;
import io.github.sdtune.method.MethodSettings;
import java.util.Optional;

/** Settings for tests that look at the step alone. */
public final class Plain {
  private Plain() {}

  /** AdamW at a constant rate; no noise, loss, caption or picture out of the ordinary. */
  public static TrainingSettings training(
      MethodSettings method, double learningRate, int steps, int batchSize, double maxGradNorm) {
    return training(method, learningRate, steps, batchSize, maxGradNorm, MemorySettings.PLAIN);
  }

  /** The same with something done to need less memory. */
  public static TrainingSettings training(
      MethodSettings method,
      double learningRate,
      int steps,
      int batchSize,
      double maxGradNorm,
      MemorySettings memory) {
    return new TrainingSettings(
        method,
        learningRate,
        ScheduleSettings.CONSTANT,
        AdamW.Settings.DEFAULTS,
        steps,
        batchSize,
        1,
        maxGradNorm,
        NoiseSettings.PLAIN,
        LossSettings.PLAIN,
        CaptionSettings.PLAIN,
        AugmentationSettings.NONE,
        Optional.empty(),
        1000,
        new EarlyStoppingSettings(0, 0),
        0,
        memory,
        Optional.empty());
  }
}
