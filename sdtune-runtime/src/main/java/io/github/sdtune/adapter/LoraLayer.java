package io.github.sdtune.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.model.Delta;
import io.github.sdtune.model.TargetLayer;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Scope;

/**
 * The low-rank update of one layer, {@code B A x * alpha / r} (Hu et al. 2021, equation 3). For a
 * convolution A has the layer's own kernel and stride, and B is 1x1.
 */
final class LoraLayer implements Delta {
  /** Measured on two cores. */
  private static final long MERGED_CHANNELS_PER_RANK = 32;

  private final TargetLayer layer;
  private final NDArray down; // A: (r, in) or (r, in, k, k)
  private final NDArray up; // B: (out, r) or (out, r, 1, 1)
  private final double scale;
  private final Dropout dropout;

  LoraLayer(TargetLayer layer, NDArray down, NDArray up, double scale, Dropout dropout) {
    this.layer = layer;
    this.down = down;
    this.up = up;
    this.scale = scale;
    this.dropout = dropout;
  }

  static Shape downShape(TargetLayer layer, int rank) {
    Shape weight = layer.weightShape();
    return layer.isConvolution()
        ? new Shape(rank, weight.get(1), weight.get(2), weight.get(3))
        : new Shape(rank, weight.get(1));
  }

  static Shape upShape(TargetLayer layer, int rank) {
    long out = layer.weightShape().get(0);
    return layer.isConvolution() ? new Shape(out, rank, 1, 1) : new Shape(out, rank);
  }

  @Override
  public NDArray apply(NDArray input) {
    try (Scope scope = new Scope()) {
      NDArray x = dropout.apply(layer.name(), input);
      NDArray low =
          layer.isConvolution()
              ? Ops.conv2d(x, down, null, layer.stride(), layer.padding())
              : Ops.linear(x, down, null);
      if (scale != 1) {
        low = Ops.scale(low, scale); // here, where there are only r channels
      }
      return scope.result(
          layer.isConvolution() ? Ops.conv2d(low, up, null, 1, 0) : Ops.linear(low, up, null));
    }
  }

  @Override
  public NDArray linear(NDArray input, NDArray weight, NDArray bias) {
    if (dropout.isActive()) {
      return Delta.super.linear(input, weight, bias);
    }
    // A merged weight is float32, and autograd would keep it: not where memory is to be saved.
    return mergingIsCheaper(input) && !Ops.isHalf(weight)
        ? Ops.linear(input, Ops.addProduct(weight, up, down, scale), bias)
        : Ops.linearLowRank(input, weight, bias, down, up, scale);
  }

  /**
   * Whether {@code (W + s B A) x} is cheaper than {@code W x + s B (A x)}. Its gradient costs one
   * more large product, {@code dW = dY^T X}, but saves the six thin ones of the two factors and
   * their sums, for which memory is too slow: worth it in small layers with many tokens.
   */
  private boolean mergingIsCheaper(NDArray input) {
    long in = layer.weightShape().get(1);
    long out = layer.weightShape().get(0);
    long tokens = input.size() / in;
    long channels = 2 * in * out / (in + out); // harmonic mean
    return channels <= MERGED_CHANNELS_PER_RANK * down.getShape().get(0) && channels <= 2 * tokens;
  }

  /** As files hold it: {@code alpha / r} is in the up weights, so that alpha is the rank. */
  LoraModule folded() {
    NDArray folded = scale == 1 ? up : up.mul(scale);
    return new LoraModule(
        AdapterTensor.of(down), AdapterTensor.of(folded), (double) down.getShape().get(0));
  }

  NDArray down() {
    return down;
  }

  NDArray up() {
    return up;
  }
}
