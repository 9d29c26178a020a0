package io.github.sdtune.train;

import io.github.sdtune.model.Precision;

/**
 * What is done to need less memory.
 *
 * @param weights type of the frozen weights in memory; what is trained is float32 in any case
 * @param gradientCheckpointing whether the backward pass computes the blocks of networks once more,
 *     in place of keeping all of their activations: the same gradients, see {@link
 *     io.github.sdtune.tensor.Segment}
 */
public record MemorySettings(Precision weights, boolean gradientCheckpointing) {
  /** Nothing. */
  public static final MemorySettings PLAIN = new MemorySettings(Precision.FLOAT32, false);
}
