package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.tensor.Ops;

/** Layer normalization of the last dimension. */
final class LayerNorm {
  private final NDArray weight;
  private final NDArray bias;
  private final double eps;

  LayerNorm(Weights weights, int features, double eps) {
    this.weight = weights.get("weight", features);
    this.bias = weights.get("bias", features);
    this.eps = eps;
  }

  NDArray forward(NDArray x) {
    return Ops.layerNorm(x, weight, bias, eps);
  }
}
