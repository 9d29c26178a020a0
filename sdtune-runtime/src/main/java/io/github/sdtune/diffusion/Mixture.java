package io.github.sdtune.diffusion;

import ai.djl.ndarray.NDArray;

/**
 * Noisy latents {@code x = signal x_0 + noise epsilon}, and what a network's output says of their
 * two parts.
 */
record Mixture(double signal, double noise) {
  /** As a network sees them: the squares add up to one. */
  static Mixture ofAlphaCumprod(double alphaCumprod) {
    return new Mixture(Math.sqrt(alphaCumprod), Math.sqrt(1 - alphaCumprod));
  }

  /** As a network sees them, with {@code sigma} times as much noise as signal. */
  static Mixture preserving(double sigma) {
    double signal = 1 / Math.sqrt(sigma * sigma + 1);
    return new Mixture(signal, sigma * signal);
  }

  /** As k-diffusion counts (https://arxiv.org/abs/2206.00364): {@code x_0 + sigma epsilon}. */
  static Mixture exploding(double sigma) {
    return new Mixture(1, sigma);
  }

  /** x_0, a new tensor unless the network predicts just that. */
  NDArray original(PredictionType type, NDArray output, NDArray x) {
    return switch (type) {
      case EPSILON -> x.sub(output.mul((float) noise)).div((float) signal);
      // The velocity belongs to x of variance one, https://arxiv.org/abs/2202.00512.
      case V_PREDICTION ->
          x.mul((float) (signal / variance())).sub(output.mul((float) (noise / deviation())));
      case SAMPLE -> output;
    };
  }

  /** epsilon, a new tensor unless the network predicts just that. */
  NDArray epsilon(PredictionType type, NDArray output, NDArray x) {
    return switch (type) {
      case EPSILON -> output;
      case V_PREDICTION ->
          output.mul((float) (signal / deviation())).add(x.mul((float) (noise / variance())));
      case SAMPLE -> x.sub(output.mul((float) signal)).div((float) noise);
    };
  }

  private double variance() {
    return signal * signal + noise * noise;
  }

  private double deviation() {
    return Math.sqrt(variance());
  }
}
