package io.github.sdtune.train;

import io.github.sdtune.adapter.LoraSettings;
import io.github.sdtune.model.Precision;
import java.util.Optional;

/**
 * How to train. Names and defaults are those of diffusers' {@code train_text_to_image_lora.py}.
 *
 * @param learningRate the highest learning rate, after warm-up
 * @param schedule how it changes from step to step
 * @param optimizer what moves the weights
 * @param maxSteps optimizer steps at most
 * @param batchSize pictures in a forward pass
 * @param gradientAccumulation forward passes in an optimizer step
 * @param snrGamma gamma of min-SNR weighting (https://arxiv.org/abs/2303.09556); absent: unweighted
 * @param noiseOffset strength of an offset common to a channel's noise
 *     (https://www.crosslabs.org/blog/diffusion-with-offset-noise)
 * @param maxGradNorm gradients are scaled down to this global norm
 * @param emaDecay highest decay of the exponential moving average of the trained weights; absent:
 *     none
 * @param validationInterval steps between validations
 * @param seed of all randomness
 * @param weights type of the frozen weights in memory; what is trained is float32 in any case
 */
public record TrainingSettings(
    LoraSettings lora,
    double learningRate,
    ScheduleSettings schedule,
    OptimizerSettings optimizer,
    int maxSteps,
    int batchSize,
    int gradientAccumulation,
    double maxGradNorm,
    Optional<Double> snrGamma,
    double noiseOffset,
    Optional<Double> emaDecay,
    int validationInterval,
    EarlyStoppingSettings earlyStopping,
    long seed,
    Precision weights) {
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
            .require(noiseOffset >= 0, "noiseOffset", noiseOffset, "at least 0")
            .require(
                validationInterval >= 1, "validationInterval", validationInterval, "at least 1");
    snrGamma.ifPresent(gamma -> findings.require(gamma > 0, "snrGamma", gamma, "more than 0"));
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
}
