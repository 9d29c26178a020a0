package io.github.sdtune.checkpoint;

import io.github.sdtune.safetensors.TensorSource;

/** Changes weights on their way: an adapter is merged into them. */
@FunctionalInterface
public interface PartFilter {
  /**
   * The changed weights of a part: the same names and shapes. Whatever it computes it should
   * compute when {@link TensorSource#data} is called, one tensor at a time.
   *
   * @param weights under today's diffusers names, in the types of the source, or in float32 where
   *     the result is cast in any case; closed by the caller
   */
  TensorSource apply(Part part, TensorSource weights);

  /** Changes nothing. */
  static PartFilter none() {
    return (part, weights) -> weights;
  }
}
