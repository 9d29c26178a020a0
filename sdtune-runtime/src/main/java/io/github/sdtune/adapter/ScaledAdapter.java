package io.github.sdtune.adapter;

import io.github.sdtune.SdtuneException;

/**
 * An adapter and how strongly it acts.
 *
 * @param scale multiplies alpha / rank; 1 is the strength that it was trained with
 */
public record ScaledAdapter(AdapterWeights weights, double scale) {
  public ScaledAdapter {
    if (!Double.isFinite(scale)) {
      throw new SdtuneException(
          weights.place() + ": scale: found " + scale + ", expected a finite number such as 1.0");
    }
  }
}
