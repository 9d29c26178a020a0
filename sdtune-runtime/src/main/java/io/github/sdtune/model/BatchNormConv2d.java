package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Scope;

/** A convolution without bias, batch normalization, and perhaps ReLU6, of square maps. */
final class BatchNormConv2d {
  private static final double EPS = 1e-3;

  private final NDArray weight;
  private final NDArray scale;
  private final NDArray shift;
  private final NDArray mean;
  private final NDArray variance;
  private final int stride;
  private final int groups;
  private final boolean relu6;

  private BatchNormConv2d(
      Weights conv,
      Weights norm,
      int in,
      int out,
      int kernel,
      int stride,
      int groups,
      boolean relu6) {
    this.weight = conv.get("weight", out, in / groups, kernel, kernel);
    this.scale = norm.get("weight", out);
    this.shift = norm.get("bias", out);
    this.mean = norm.get("running_mean", out);
    this.variance = norm.get("running_var", out);
    this.stride = stride;
    this.groups = groups;
    this.relu6 = relu6;
  }

  /** With ReLU6. */
  static BatchNormConv2d activated(
      Weights conv, Weights norm, int in, int out, int kernel, int stride) {
    return new BatchNormConv2d(conv, norm, in, out, kernel, stride, 1, true);
  }

  /** Each channel by itself, with ReLU6. */
  static BatchNormConv2d depthwise(
      Weights conv, Weights norm, int channels, int kernel, int stride) {
    return new BatchNormConv2d(conv, norm, channels, channels, kernel, stride, channels, true);
  }

  /** 1x1, without an activation. */
  static BatchNormConv2d projection(Weights conv, Weights norm, int in, int out) {
    return new BatchNormConv2d(conv, norm, in, out, 1, 1, 1, false);
  }

  NDArray forward(NDArray x) {
    try (Scope scope = new Scope()) {
      NDArray y = Ops.conv2dSame(x, weight, stride, groups);
      NDArray normed = Ops.batchNorm(y, scale, shift, mean, variance, EPS);
      return scope.result(relu6 ? Ops.relu6(normed) : normed);
    }
  }
}
