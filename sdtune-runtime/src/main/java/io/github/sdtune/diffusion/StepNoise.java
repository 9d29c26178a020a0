package io.github.sdtune.diffusion;

import ai.djl.ndarray.NDArray;

/** The noise that a stochastic sampler adds on its way. */
@FunctionalInterface
public interface StepNoise {
  /** For samplers that draw none. */
  StepNoise NONE =
      number -> {
        throw new IllegalStateException("this run was to draw no noise");
      };

  /**
   * A standard normal draw of the latents' shape, (B, C, h, w), a new tensor.
   *
   * @param number counts the draws of a run, from 0
   */
  NDArray draw(int number);
}
