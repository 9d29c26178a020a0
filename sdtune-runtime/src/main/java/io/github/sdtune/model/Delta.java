package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.tensor.Ops;

/** What an adapter adds to the output of a {@link TargetLayer}. */
@FunctionalInterface
public interface Delta {
  /** The addend, of the shape of the layer's output, from the layer's input. */
  NDArray apply(NDArray input);

  /**
   * The whole output of a linear layer with this addend. An adapter whose addend is a product of
   * low rank does better with {@link Ops#linearLowRank}.
   *
   * @param bias of the layer, or null
   */
  default NDArray linear(NDArray input, NDArray weight, NDArray bias) {
    return Ops.linear(input, weight, bias).add(apply(input));
  }
}
