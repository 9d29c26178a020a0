package io.github.sdtune.train;

import java.util.Optional;

/**
 * How squared errors become a loss.
 *
 * @param weighting what the errors at a timestep count
 * @param mask counts errors where pictures are opaque; absent: everywhere
 */
public record LossSettings(LossWeighting weighting, Optional<MaskSettings> mask) {
  /** The mean squared error. */
  public static final LossSettings PLAIN = weighted(new LossWeighting.Uniform());

  /** Without a mask. */
  public static LossSettings weighted(LossWeighting weighting) {
    return new LossSettings(weighting, Optional.empty());
  }
}
