package io.github.sdtune.dataset;

import ai.djl.ndarray.types.Shape;
import io.github.sdtune.model.SizeConditioning;

/**
 * A picture and its caption as the UNet sees them. Latents are kept as the encoder's moments:
 * training draws from them, validation takes the mean.
 *
 * @param mean of the posterior, C h w values
 * @param logvar logarithm of the posterior's variance, C h w values
 * @param latentShape (C, h, w)
 * @param scalingFactor of the autoencoder
 * @param size that SDXL is told
 */
@SuppressWarnings("ArrayRecordComponent") // never compared: a place to hold what was read
public record EncodedItem(
    Item item,
    float[] mean,
    float[] logvar,
    Shape latentShape,
    double scalingFactor,
    SizeConditioning size) {
  public String id() {
    return item.id();
  }

  /** The posterior's mean, scaled: the latent that is measured. */
  public float[] latent() {
    float[] latent = mean.clone();
    for (int i = 0; i < latent.length; i++) {
      latent[i] = (float) (latent[i] * scalingFactor);
    }
    return latent;
  }
}
