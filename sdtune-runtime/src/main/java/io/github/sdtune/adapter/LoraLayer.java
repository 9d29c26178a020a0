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
        low = low.mul(scale); // here, where there are only r channels
      }
      return scope.result(
          layer.isConvolution() ? Ops.conv2d(low, up, null, 1, 0) : Ops.linear(low, up, null));
    }
  }

  @Override
  public NDArray linear(NDArray input, NDArray weight, NDArray bias) {
    return dropout.isActive()
        ? Delta.super.linear(input, weight, bias)
        : Ops.linearLowRank(input, weight, bias, down, up, scale);
  }

  NDArray down() {
    return down;
  }

  NDArray up() {
    return up;
  }

  TargetLayer layer() {
    return layer;
  }
}
