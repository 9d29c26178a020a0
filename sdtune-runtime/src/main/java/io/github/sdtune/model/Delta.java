package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;

/** What an adapter adds to the output of a {@link TargetLayer}. */
@FunctionalInterface
public interface Delta {
  /** The addend, of the shape of the layer's output, from the layer's input. */
  NDArray apply(NDArray input);
}
