package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.tensor.Ops;

/** A convolution with bias: (B, in, H, W) to (B, out, H', W'). */
public final class Conv2d implements TargetLayer {
  private final String name;
  private final NDArray weight;
  private final NDArray bias;
  private final int stride;
  private final int padding;
  private final boolean pointwise;
  private Delta delta;

  Conv2d(Weights weights, int in, int out, int kernel, int stride, int padding) {
    this.name = weights.path();
    this.weight = weights.get("weight", out, in, kernel, kernel);
    this.bias = weights.get("bias", out);
    this.stride = stride;
    this.padding = padding;
    this.pointwise = kernel == 1 && stride == 1 && padding == 0;
    weights.register(this);
  }

  /** A 3x3 convolution that keeps height and width. */
  static Conv2d same(Weights weights, int in, int out) {
    return new Conv2d(weights, in, out, 3, 1, 1);
  }

  /** A 1x1 convolution. */
  static Conv2d pointwise(Weights weights, int in, int out) {
    return new Conv2d(weights, in, out, 1, 1, 0);
  }

  @Override
  public NDArray forward(NDArray x) {
    return delta == null ? frozen(x) : delta.output(x, this);
  }

  @Override
  public NDArray forward(NDArray x, NDArray otherWeight, NDArray biasOrNull) {
    return pointwise && biasOrNull != null
        ? Ops.pointwise(x, otherWeight, biasOrNull)
        : Ops.conv2d(x, otherWeight, biasOrNull, stride, padding);
  }

  /** A 1x1 convolution whose result is wanted as tokens: (B, in, H, W) to (B, H*W, out). */
  NDArray mapToTokens(NDArray x) {
    return delta == null ? Ops.mapToTokens(x, weight, bias) : Ops.toTokens(forward(x));
  }

  /** A 1x1 convolution of tokens: (B, H*W, in) to (B, out, H, W). */
  NDArray tokensToMap(NDArray x, long height, long width) {
    return delta == null
        ? Ops.tokensToMap(x, weight, bias, height, width)
        : forward(Ops.toMap(x, height, width));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public NDArray weight() {
    return weight;
  }

  @Override
  public NDArray bias() {
    return bias;
  }

  @Override
  public int stride() {
    return stride;
  }

  @Override
  public int padding() {
    return padding;
  }

  @Override
  public NDArray inputGradient(NDArray gradient, NDArray input) {
    return Ops.conv2dInputGradient(gradient, input, weight, stride, padding);
  }

  @Override
  public Delta delta() {
    return delta;
  }

  @Override
  public void setDelta(Delta delta) {
    this.delta = delta;
  }
}
