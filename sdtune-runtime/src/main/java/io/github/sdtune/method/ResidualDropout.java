package io.github.sdtune.method;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.adapter.Dropout;
import io.github.sdtune.model.Delta;
import io.github.sdtune.model.TargetLayer;
import io.github.sdtune.model.UNet2DConditionModel;
import io.github.sdtune.tensor.Scope;

/**
 * Dropout in a residual block, before its second convolution: what diffusers' {@code
 * UNet2DConditionModel} does with its {@code dropout}, after DDPM
 * (https://arxiv.org/abs/2006.11239, appendix B).
 *
 * @param conv2 the block's second convolution
 */
record ResidualDropout(TargetLayer conv2, Dropout dropout) implements Delta {
  /** Puts it into all residual blocks. */
  static void attach(UNet2DConditionModel unet, Dropout dropout) {
    unet.layers()
        .forEach(
            (name, layer) -> {
              if (name.contains(".resnets.") && name.endsWith(".conv2")) {
                layer.setDelta(new ResidualDropout(layer, dropout));
              }
            });
  }

  @Override
  public NDArray apply(NDArray input) {
    try (Scope scope = new Scope()) {
      NDArray left = dropout.input(conv2.name(), input).sub(input);
      return scope.result(conv2.forward(left, conv2.weight(), null));
    }
  }

  @Override
  public NDArray output(NDArray input, TargetLayer layer) {
    try (Scope scope = new Scope()) {
      return scope.result(layer.frozen(dropout.input(conv2.name(), input)));
    }
  }
}
