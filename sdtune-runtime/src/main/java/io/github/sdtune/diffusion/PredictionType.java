package io.github.sdtune.diffusion;

/** What the network predicts from a noisy latent. */
public enum PredictionType {
  /** The noise. */
  EPSILON,
  /** The velocity of https://arxiv.org/abs/2202.00512. */
  V_PREDICTION,
  /** The latent without noise. */
  SAMPLE
}
