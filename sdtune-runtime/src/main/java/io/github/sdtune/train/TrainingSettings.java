package io.github.sdtune.train;

import io.github.sdtune.dataset.AugmentationSettings;
import io.github.sdtune.diffusion.NoiseSchedule;
import io.github.sdtune.method.MethodSettings;
import java.util.Optional;

/**
 * How to train. Names and defaults are those of diffusers' {@code train_text_to_image_lora.py}.
 *
 * @param method what moves
 * @param learningRate the highest learning rate, after warm-up, where a rule does not say another
 * @param schedule how it changes from step to step
 * @param optimizer what moves the weights
 * @param maxSteps optimizer steps at most
 * @param batchSize pictures in a forward pass
 * @param gradientAccumulation forward passes in an optimizer step
 * @param maxGradNorm gradients are scaled down to this global norm
 * @param noise how noise and timesteps are drawn
 * @param loss how errors are weighed
 * @param captions what becomes of the captions before they are used
 * @param augmentation in how many ways each picture is seen
 * @param emaDecay highest decay of the exponential moving average of the trained weights; absent:
 *     none
 * @param validationInterval steps between validations
 * @param seed of all randomness
 * @param memory what is done to need less of it
 * @param priorPreservation what the model is to go on drawing of the subject's class; absent: it is
 *     not asked
 */
public record TrainingSettings(
    MethodSettings method,
    double learningRate,
    ScheduleSettings schedule,
    OptimizerSettings optimizer,
    int maxSteps,
    int batchSize,
    int gradientAccumulation,
    double maxGradNorm,
    NoiseSettings noise,
    LossSettings loss,
    CaptionSettings captions,
    AugmentationSettings augmentation,
    Optional<Double> emaDecay,
    int validationInterval,
    EarlyStoppingSettings earlyStopping,
    long seed,
    MemorySettings memory,
    Optional<PriorPreservation> priorPreservation) {
  public TrainingSettings {
    Findings findings =
        new Findings()
            .require(learningRate > 0, "learningRate", learningRate, "more than 0")
            .require(maxSteps >= 1, "maxSteps", maxSteps, "at least 1")
            .require(batchSize >= 1, "batchSize", batchSize, "at least 1")
            .require(
                gradientAccumulation >= 1,
                "gradientAccumulation",
                gradientAccumulation,
                "at least 1")
            .require(maxGradNorm > 0, "maxGradNorm", maxGradNorm, "more than 0")
            .require(
                validationInterval >= 1, "validationInterval", validationInterval, "at least 1");
    // Without a method, which was refused elsewhere, all else is checked still.
    if (method != null && method.inversion().isPresent()) {
      String why = "0 beside a word that is learned, which a caption must not lose";
      findings
          .require(captions.dropout() == 0, "captions><dropout", captions.dropout(), why)
          .require(captions.tagDropout() == 0, "captions><tagDropout", captions.tagDropout(), why);
    }
    emaDecay.ifPresent(decay -> findings.requireDecay("emaDecay", decay));
    if (schedule.shape() instanceof LearningRateSchedule.Polynomial polynomial) {
      findings.require(
          polynomial.endRate() < learningRate,
          "learningRateEnd",
          polynomial.endRate(),
          "less than <learningRate>, " + learningRate);
    }
    findings.done();
  }

  /** Pictures that an optimizer step looks at, those of the class included. */
  public int picturesPerStep() {
    return batchSize * gradientAccumulation * (priorPreservation.isPresent() ? 2 : 1);
  }

  /**
   * Holds the settings against what a base model predicts and the timesteps that it has.
   *
   * @throws io.github.sdtune.SdtuneException with all that does not fit
   */
  public void check(NoiseSchedule schedule) {
    new Findings()
        .take(() -> loss.weighting().check(schedule.predictionType()))
        .take(() -> noise.timesteps().check(schedule.numTrainTimesteps()))
        .done();
  }

  /** The learning rate of a step, counted from 0. */
  public double learningRate(int step) {
    return learningRate * schedule.multiplier(step, maxSteps, learningRate);
  }
}
