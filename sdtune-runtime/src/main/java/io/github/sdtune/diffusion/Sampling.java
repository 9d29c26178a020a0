package io.github.sdtune.diffusion;

import ai.djl.ndarray.NDArray;

/**
 * One run of a sampler. It remembers what it needs of earlier steps, so that {@link #step} is to be
 * called once for each timestep, in order; closing it frees that memory.
 */
public interface Sampling extends AutoCloseable {
  /** The timesteps at which the network is asked, in order; fractional ones stand between two. */
  double[] timesteps();

  /**
   * The noise levels that the run passes, as multiples of the signal: one for each timestep and the
   * last. Empty for samplers that do not count in them.
   */
  default double[] sigmas() {
    return new double[0];
  }

  /** What standard normal noise is to be multiplied with to be the first {@code x}. */
  default double initNoiseSigma() {
    return 1;
  }

  /** How many times the run draws noise. */
  default int draws() {
    return 0;
  }

  /**
   * What the network is to be shown instead of {@code x}, of the same shape; perhaps {@code x}
   * itself.
   *
   * @param i counts the timesteps
   */
  default NDArray scaleModelInput(NDArray x, int i) {
    return x;
  }

  /**
   * One step towards less noise.
   *
   * @param output the network's at timestep i, (B, C, h, w)
   * @param i counts the timesteps
   * @param x the noisy latents there, (B, C, h, w)
   * @param noise asked only by samplers that draw
   * @return the next {@code x}, a new tensor
   */
  NDArray step(NDArray output, int i, NDArray x, StepNoise noise);

  /** Frees what was kept of earlier steps. */
  @Override
  default void close() {}
}
