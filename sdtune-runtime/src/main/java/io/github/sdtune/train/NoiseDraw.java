package io.github.sdtune.train;

import io.github.sdtune.dataset.EncodedItem;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.Purpose;

/** Draws the noise of a row. */
final class NoiseDraw {
  private final NoiseSettings settings;
  private final KeyedRandom random;

  NoiseDraw(NoiseSettings settings, KeyedRandom random) {
    this.settings = settings;
    this.random = random;
  }

  /** Epsilon, in the shape of the picture's latent. */
  float[] of(EncodedItem item, int occurrence) {
    float[] noise = random.normal(Purpose.NOISE, item.id(), occurrence, item.mean().length);
    if (settings.offset() > 0) {
      int channels = Math.toIntExact(item.latentShape().get(0));
      float[] offset = random.normal(Purpose.NOISE_OFFSET, item.id(), occurrence, channels);
      int pixels = noise.length / channels;
      for (int i = 0; i < noise.length; i++) {
        noise[i] += (float) (settings.offset() * offset[i / pixels]);
      }
    }
    return noise;
  }
}
