package io.github.sdtune.train;

/**
 * How the learning rate changes from step to step.
 *
 * @param shape what follows the warm-up
 * @param warmupSteps steps in which the learning rate rises from 0
 */
public record ScheduleSettings(LearningRateSchedule shape, int warmupSteps) {
  /** The same rate in every step. */
  public static final ScheduleSettings CONSTANT =
      new ScheduleSettings(new LearningRateSchedule.Constant(), 0);

  public ScheduleSettings {
    new Findings().require(warmupSteps >= 0, "warmupSteps", warmupSteps, "at least 0").done();
  }

  /**
   * The multiplier of the learning rate in a step.
   *
   * @param step counted from 0
   * @param learningRate the highest
   */
  public double multiplier(int step, int maxSteps, double learningRate) {
    double rise = step < warmupSteps ? (double) step / warmupSteps : 1;
    double progress =
        (double) Math.max(0, step - warmupSteps) / Math.max(1, maxSteps - warmupSteps);
    return rise * shape.multiplier(progress, step, learningRate);
  }
}
