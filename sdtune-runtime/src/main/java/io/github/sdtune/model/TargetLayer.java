package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Segment;

/** A layer with a weight, to which an adapter can be attached. */
public sealed interface TargetLayer extends Segment.FrozenLayer permits Linear, Conv2d {
  /** The path in the checkpoint without {@code .weight}, as diffusers names it. */
  String name();

  /** The frozen weight: (out, in) of a linear layer, (out, in, k, k) of a convolution. */
  NDArray weight();

  /** The frozen bias (out), or null. */
  NDArray bias();

  /** The stride of a convolution, else 1. */
  int stride();

  /** The padding of a convolution, else 0. */
  int padding();

  /** The output with a weight of the same shape in place of its own; no bias for null. */
  NDArray forward(NDArray input, NDArray weight, NDArray biasOrNull);

  /** The output without an adapter. */
  default NDArray frozen(NDArray input) {
    return forward(input, weight(), bias());
  }

  /** The adapter that is attached, or null. */
  Delta delta();

  @Override
  default boolean isFrozen() {
    return delta() == null
        && Ops.hasInputGradient(weight())
        && !Ops.requiresGradient(weight())
        && (bias() == null || !Ops.requiresGradient(bias()));
  }

  /** Attaches an adapter; null detaches it. */
  void setDelta(Delta delta);

  default Shape weightShape() {
    return weight().getShape();
  }

  default boolean isConvolution() {
    return weightShape().dimension() == 4;
  }
}
