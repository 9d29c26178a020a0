package io.github.sdtune.adapter;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.model.TargetLayer;
import io.github.sdtune.tensor.Gradients;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Scope;
import java.util.Map;

/**
 * Magnitude and direction of a weight apart (Liu et al. 2024, https://arxiv.org/abs/2402.09353,
 * equation 5): {@code W' = m V' / ‖V'‖}, where {@code V' = W + s B A}, the norm is that of a row,
 * and no gradient flows through it (section 4.3). Numbers are those of peft's {@code use_dora}.
 */
record DoraLayer(TargetLayer layer, Map<Factor, NDArray> factors, double scale, Dropout dropout)
    implements AdapterLayer {

  /** B A, without dropout: that is done here. */
  private LoraLayer lora() {
    return new LoraLayer(layer, factors, scale, Dropout.none());
  }

  /** {@code m / ‖V'‖}: (out), or (1, out, 1, 1) for a convolution. */
  private NDArray gain() {
    NDArray norms =
        Gradients.without(() -> Ops.normsOfRows(Ops.addToWeight(layer.weight(), lora().update())));
    NDArray magnitude = factors.get(Factor.MAGNITUDE);
    return magnitude.div(norms.reshape(magnitude.getShape()));
  }

  @Override
  public NDArray output(NDArray input, TargetLayer target) {
    if (dropout.isActive()) {
      return layer.frozen(input).add(apply(input));
    }
    try (Scope scope = new Scope()) {
      NDArray gain = gain();
      NDArray y = lora().output(input, layer).mul(gain); // (V' x + b) * gain
      if (layer.bias() != null) {
        NDArray bias = layer.bias().reshape(gain.getShape());
        y = y.add(bias.sub(bias.mul(gain)));
      }
      return scope.result(y);
    }
  }

  /** {@code (m / ‖V'‖ - 1) W x + m / ‖V'‖ s B A x}, where x has gone through the dropout. */
  @Override
  public NDArray apply(NDArray input) {
    try (Scope scope = new Scope()) {
      NDArray x = dropout.input(layer.name(), input);
      NDArray gain = gain();
      NDArray frozen = layer.forward(x, layer.weight(), null);
      NDArray addend = frozen.add(lora().apply(x)).mul(gain).sub(frozen);
      return scope.result(dropout.module(layer.name(), addend));
    }
  }

  @Override
  public NDArray update() {
    return lora().update();
  }

  @Override
  public DoraModule module() {
    return new DoraModule(lora().module(), AdapterTensor.of(factors.get(Factor.MAGNITUDE)));
  }
}
