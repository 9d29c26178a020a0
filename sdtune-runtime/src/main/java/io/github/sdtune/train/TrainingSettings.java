package io.github.sdtune.train;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.adapter.LoraSettings;
import io.github.sdtune.model.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How to train. Names and defaults are those of diffusers' {@code train_text_to_image_lora.py}.
 *
 * @param learningRate the highest learning rate, after warm-up
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
    LearningRateSchedule learningRateSchedule,
    int warmupSteps,
    int maxSteps,
    int batchSize,
    int gradientAccumulation,
    double adamBeta1,
    double adamBeta2,
    double adamEpsilon,
    double weightDecay,
    double maxGradNorm,
    Optional<Double> snrGamma,
    double noiseOffset,
    Optional<Double> emaDecay,
    int validationInterval,
    EarlyStoppingSettings earlyStopping,
    long seed,
    Precision weights) {
  public TrainingSettings {
    List<String> wrong = new ArrayList<>();
    require(wrong, learningRate > 0, "learningRate", learningRate, "more than 0");
    require(wrong, warmupSteps >= 0, "warmupSteps", warmupSteps, "at least 0");
    require(wrong, maxSteps >= 1, "maxSteps", maxSteps, "at least 1");
    require(wrong, batchSize >= 1, "batchSize", batchSize, "at least 1");
    require(
        wrong,
        gradientAccumulation >= 1,
        "gradientAccumulation",
        gradientAccumulation,
        "at least 1");
    require(wrong, adamBeta1 >= 0 && adamBeta1 < 1, "adamBeta1", adamBeta1, "0 to below 1");
    require(wrong, adamBeta2 >= 0 && adamBeta2 < 1, "adamBeta2", adamBeta2, "0 to below 1");
    require(wrong, adamEpsilon > 0, "adamEpsilon", adamEpsilon, "more than 0");
    require(wrong, weightDecay >= 0, "weightDecay", weightDecay, "at least 0");
    require(wrong, maxGradNorm > 0, "maxGradNorm", maxGradNorm, "more than 0");
    snrGamma.ifPresent(gamma -> require(wrong, gamma > 0, "snrGamma", gamma, "more than 0"));
    require(wrong, noiseOffset >= 0, "noiseOffset", noiseOffset, "at least 0");
    emaDecay.ifPresent(
        decay -> require(wrong, decay >= 0 && decay < 1, "emaDecay", decay, "0 to below 1"));
    require(wrong, validationInterval >= 1, "validationInterval", validationInterval, "at least 1");
    if (!wrong.isEmpty()) {
      throw new SdtuneException(String.join("\n", wrong));
    }
  }

  private static void require(
      List<String> wrong, boolean holds, String name, Number found, String expected) {
    if (!holds || !Double.isFinite(found.doubleValue())) {
      wrong.add("<training><" + name + ">: found " + found + ", expected " + expected);
    }
  }
}
