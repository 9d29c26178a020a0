package io.github.sdtune.train;

import io.github.sdtune.dataset.EncodedItem;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.Purpose;

/** Draws the latent of a row from the encoder's posterior. */
final class LatentDraw {
  private final KeyedRandom random;

  LatentDraw(KeyedRandom random) {
    this.random = random;
  }

  /** A draw from N(mean, exp(logvar)), scaled. */
  float[] of(EncodedItem item, int occurrence) {
    float[] draw = random.normal(Purpose.LATENT, item.id(), occurrence, item.mean().length);
    for (int i = 0; i < draw.length; i++) {
      double deviation = StrictMath.exp(0.5 * item.logvar()[i]);
      draw[i] = (float) ((item.mean()[i] + deviation * draw[i]) * item.scalingFactor());
    }
    return draw;
  }
}
