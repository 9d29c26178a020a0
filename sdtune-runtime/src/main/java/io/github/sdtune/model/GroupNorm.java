package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.tensor.Ops;

/** Group normalization (https://arxiv.org/abs/1803.08494), alone or followed by SiLU. */
final class GroupNorm {
  private final NDArray weight;
  private final NDArray bias;
  private final int groups;
  private final double eps;

  GroupNorm(Weights weights, int channels, int groups, double eps) {
    this.weight = weights.get("weight", channels);
    this.bias = weights.get("bias", channels);
    this.groups = groups;
    this.eps = eps;
  }

  NDArray forward(NDArray x) {
    return Ops.groupNorm(x, weight, bias, groups, eps);
  }

  NDArray forwardSilu(NDArray x) {
    return Ops.groupNormSilu(x, weight, bias, groups, eps);
  }
}
