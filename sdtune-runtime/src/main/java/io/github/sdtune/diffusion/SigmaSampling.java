package io.github.sdtune.diffusion;

import ai.djl.ndarray.NDArray;

/**
 * A run in k-diffusion's terms (Karras et al., https://arxiv.org/abs/2206.00364): {@code x = x_0 +
 * sigma epsilon}, which the network sees divided by its deviation.
 */
abstract class SigmaSampling implements Sampling {
  private final PredictionType prediction;
  private final NoiseLevels levels;
  private final boolean leading;

  SigmaSampling(NoiseSchedule schedule, NoiseLevels levels, Spacing spacing) {
    this.prediction = schedule.predictionType();
    this.levels = levels;
    this.leading = spacing.leading();
  }

  @Override
  public double[] timesteps() {
    return levels.timesteps();
  }

  @Override
  public double[] sigmas() {
    return levels.sigmas();
  }

  /** The number of sigmas is that of the timesteps and one. */
  final double sigma(int i) {
    return levels.sigma(i);
  }

  @Override
  public double initNoiseSigma() {
    // leading does not begin at pure noise
    double sigma = sigma(0);
    return leading ? Math.sqrt(sigma * sigma + 1) : sigma;
  }

  @Override
  public NDArray scaleModelInput(NDArray x, int i) {
    return x.mul((float) Mixture.preserving(sigma(i)).signal());
  }

  /** x_0 as the network sees it in {@code x}. */
  final NDArray original(NDArray output, int i, NDArray x) {
    return Mixture.exploding(sigma(i)).original(prediction, output, x);
  }

  /** {@code dx / dsigma} towards an x_0. */
  static NDArray derivative(NDArray x, NDArray original, double sigma) {
    return x.sub(original).div((float) sigma);
  }
}
