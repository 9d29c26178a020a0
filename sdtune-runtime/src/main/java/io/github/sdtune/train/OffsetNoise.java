package io.github.sdtune.train;

/**
 * Noise that is common to a channel, without which a model cannot learn to draw very dark and very
 * bright pictures (https://www.crosslabs.org/blog/diffusion-with-offset-noise). With the two
 * options of kohya's {@code apply_noise_offset}.
 *
 * @param strength of the offset, which is normal
 * @param randomStrength whether each picture gets a share of the strength, uniform from 0 to 1
 * @param adaptiveScale how much the absolute value of the latent's mean in a channel adds to the
 *     strength there; if it is negative, takes away, down to 0
 */
public record OffsetNoise(double strength, boolean randomStrength, double adaptiveScale) {
  public OffsetNoise {
    new Findings()
        .require(strength >= 0, "noiseOffset", strength, "at least 0")
        .require(
            Double.isFinite(adaptiveScale), "noiseOffsetAdaptiveScale", adaptiveScale, "a number")
        .done();
  }

  /**
   * Adds it to a noise.
   *
   * @param noise C h w numbers, changed in place
   * @param latent that the noise is for
   * @param offsets normal, one a channel
   * @param share of the strength
   */
  void add(float[] noise, float[] latent, float[] offsets, double share) {
    int pixels = noise.length / offsets.length;
    for (int c = 0; c < offsets.length; c++) {
      double ofChannel = strength * share;
      if (adaptiveScale != 0) {
        double mean = Math.abs(mean(latent, c * pixels, pixels));
        ofChannel = Math.max(0, ofChannel + adaptiveScale * mean);
      }
      for (int i = c * pixels; i < (c + 1) * pixels; i++) {
        noise[i] += (float) (ofChannel * offsets[c]);
      }
    }
  }

  private static double mean(float[] values, int from, int count) {
    double sum = 0;
    for (int i = from; i < from + count; i++) {
      sum += values[i];
    }
    return sum / count;
  }
}
