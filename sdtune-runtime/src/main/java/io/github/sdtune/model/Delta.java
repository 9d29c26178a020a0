package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;

/** What an adapter, or dropout, adds to the output of a {@link TargetLayer}. */
@FunctionalInterface
public interface Delta {
  /** The addend, of the shape of the layer's output, from the layer's input. */
  NDArray apply(NDArray input);

  /**
   * The layer's whole output with this addend. An adapter that knows a cheaper way to the same sum,
   * such as to change the weight, says so here.
   */
  default NDArray output(NDArray input, TargetLayer layer) {
    return layer.frozen(input).add(apply(input));
  }
}
