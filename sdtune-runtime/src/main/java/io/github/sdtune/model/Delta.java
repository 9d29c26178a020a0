package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;

/** What an adapter adds to the output of a {@link TargetLayer}. */
@FunctionalInterface
public interface Delta {
  /** The addend, of the shape of the layer's output, from the layer's input. */
  NDArray apply(NDArray input);

  /**
   * The layer's weight with the update added, if that is the cheaper way for this input; null if it
   * is not, or cannot be.
   */
  default NDArray mergedWeight(NDArray input) {
    return null;
  }
}
