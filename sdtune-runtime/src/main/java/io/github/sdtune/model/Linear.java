package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.tensor.Ops;

/** {@code x W^T + b}: (..., in) to (..., out). */
public final class Linear implements TargetLayer {
  private final String name;
  private final NDArray weight;
  private final NDArray bias;
  private Delta delta;

  Linear(Weights weights, int in, int out, boolean withBias) {
    this.name = weights.path();
    this.weight = weights.get("weight", out, in);
    this.bias = withBias ? weights.get("bias", out) : null;
    weights.register(this);
  }

  @Override
  public NDArray forward(NDArray x) {
    return delta == null ? frozen(x) : delta.output(x, this);
  }

  @Override
  public NDArray forward(NDArray x, NDArray otherWeight, NDArray biasOrNull) {
    return Ops.linear(x, otherWeight, biasOrNull);
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
    return 1;
  }

  @Override
  public int padding() {
    return 0;
  }

  @Override
  public NDArray inputGradient(NDArray gradient, NDArray input) {
    return Ops.linearInputGradient(gradient, input, weight);
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
