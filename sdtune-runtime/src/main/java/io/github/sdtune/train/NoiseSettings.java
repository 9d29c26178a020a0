package io.github.sdtune.train;

/**
 * How noise and timesteps are drawn.
 *
 * @param offset strength of an offset common to a channel's noise
 *     (https://www.crosslabs.org/blog/diffusion-with-offset-noise)
 */
public record NoiseSettings(double offset) {
  /** Independent in every place; timesteps uniform. */
  public static final NoiseSettings PLAIN = new NoiseSettings(0);

  public NoiseSettings {
    new Findings().require(offset >= 0, "noiseOffset", offset, "at least 0").done();
  }
}
