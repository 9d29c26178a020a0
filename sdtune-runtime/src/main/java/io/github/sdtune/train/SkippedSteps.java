package io.github.sdtune.train;

/**
 * Steps that were not taken, because their loss or gradient was not finite.
 *
 * @param inARow up to now
 * @param total of the run
 */
public record SkippedSteps(int inARow, int total) {
  /** A run stops after so many in a row. */
  static final int MOST = 10;

  static final SkippedSteps NONE = new SkippedSteps(0, 0);

  SkippedSteps after(TrainingStep.Outcome outcome) {
    return outcome.finite() ? new SkippedSteps(0, total) : new SkippedSteps(inARow + 1, total + 1);
  }

  boolean tooMany() {
    return inARow >= MOST;
  }

  /**
   * What is wrong with a step that counts here.
   *
   * @param pictures and timesteps of the step
   */
  String describe(int step, TrainingStep.Outcome outcome, String pictures) {
    String what =
        "step %d: the loss is %s and the gradient's norm %s (pictures and timesteps: %s)"
            .formatted(step, outcome.loss(), outcome.gradNorm(), pictures);
    return tooMany()
        ? what
            + ", the %dth step in a row that is not finite: training ends here, and the best weights so far are kept. Try a lower <learningRate>"
                .formatted(inARow)
        : what;
  }
}
