package io.github.sdtune.adapter;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.model.TargetLayer;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Scope;
import java.util.Map;

/**
 * The low-rank update of one layer, {@code B A x * alpha / r} (Hu et al. 2021, equation 3). For a
 * convolution A has the layer's own kernel and stride, and B is 1x1.
 */
record LoraLayer(TargetLayer layer, Map<Factor, NDArray> factors, double scale, Dropout dropout)
    implements AdapterLayer {
  /** Measured on two cores. */
  private static final long MERGED_CHANNELS_PER_RANK = 32;

  /** A: (r, in) or (r, in, k, k). */
  private NDArray down() {
    return factors.get(Factor.DOWN);
  }

  /** B: (out, r) or (out, r, 1, 1). */
  private NDArray up() {
    return factors.get(Factor.UP);
  }

  @Override
  public NDArray apply(NDArray input) {
    try (Scope scope = new Scope()) {
      NDArray x = dropout.input(layer.name(), input);
      NDArray low =
          layer.isConvolution()
              ? Ops.conv2d(x, down(), null, layer.stride(), layer.padding())
              : Ops.linear(x, down(), null);
      if (scale != 1) {
        low = Ops.scale(low, scale); // here, where there are only r channels
      }
      low = dropout.ranks(layer.name(), low);
      NDArray addend =
          layer.isConvolution() ? Ops.conv2d(low, up(), null, 1, 0) : Ops.linear(low, up(), null);
      return scope.result(dropout.module(layer.name(), addend));
    }
  }

  @Override
  public NDArray output(NDArray input, TargetLayer target) {
    if (dropout.isActive() || layer.isConvolution()) {
      return layer.frozen(input).add(apply(input));
    }
    // A merged weight is float32, and autograd would keep it: not where memory is to be saved.
    NDArray weight = layer.weight();
    return mergingIsCheaper(input) && !Ops.isHalf(weight)
        ? Ops.linear(input, Ops.addProduct(weight, up(), down(), scale), layer.bias())
        : Ops.linearLowRank(input, weight, layer.bias(), down(), up(), scale);
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
    return channels <= MERGED_CHANNELS_PER_RANK * down().getShape().get(0)
        && channels <= 2 * tokens;
  }

  @Override
  public NDArray update() {
    long rank = down().getShape().get(0);
    NDArray product = up().reshape(-1, rank).matMul(down().reshape(rank, -1));
    return Ops.scale(product, scale).reshape(layer.weightShape());
  }

  /** {@code alpha / r} is in the up weights, so that alpha is the rank. */
  @Override
  public LoraModule module() {
    NDArray folded = scale == 1 ? up() : up().mul(scale);
    return new LoraModule(
        AdapterTensor.of(down()), AdapterTensor.of(folded), (double) down().getShape().get(0));
  }
}
