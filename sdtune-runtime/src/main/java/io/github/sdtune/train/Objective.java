package io.github.sdtune.train;

import ai.djl.ndarray.NDArray;

/** What a training makes small. */
@FunctionalInterface
public interface Objective {
  /** The loss of a micro-batch, a scalar; gradients flow to all that it was computed from. */
  NDArray loss(Batch batch);

  /** Bytes of the largest map that autograd keeps again and again; 0 if nothing is frozen. */
  default long largestMap(Batch batch) {
    return 0;
  }
}
