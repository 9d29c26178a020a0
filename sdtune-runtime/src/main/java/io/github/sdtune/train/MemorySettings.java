package io.github.sdtune.train;

import io.github.sdtune.model.Precision;
import io.github.sdtune.tensor.Compute;

/**
 * What is done to need less memory.
 *
 * @param weights type of the frozen weights in memory; what is trained is float32 in any case
 * @param gradientCheckpointing whether the backward pass computes the blocks of networks once more,
 *     in place of keeping all of their activations: the same gradients, see {@link
 *     io.github.sdtune.tensor.Segment}
 * @param compute in which floats the steps of a training compute their products; float16 with
 *     scaling of the loss. Validations compute in float32
 */
public record MemorySettings(Precision weights, boolean gradientCheckpointing, Compute compute) {
  /** Nothing. */
  public static final MemorySettings PLAIN =
      new MemorySettings(Precision.FLOAT32, false, Compute.FLOAT32);
}
