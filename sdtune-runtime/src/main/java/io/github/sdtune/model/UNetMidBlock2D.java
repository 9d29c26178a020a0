package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.tensor.Scope;

/** The lowest part of the autoencoder's halves: residual block, attention, residual block. */
final class UNetMidBlock2D {
  private final Stage stage;
  private final ResnetBlock2D resnet0;
  private final VaeAttention attention;
  private final ResnetBlock2D resnet1;

  UNetMidBlock2D(Weights weights, int channels, int groups, double eps) {
    Weights resnets = weights.at("resnets");
    this.stage = weights.stage();
    this.resnet0 = new ResnetBlock2D(resnets.at(0), channels, channels, 0, groups, eps);
    this.attention = new VaeAttention(weights.at("attentions").at(0), channels, groups, eps);
    this.resnet1 = new ResnetBlock2D(resnets.at(1), channels, channels, 0, groups, eps);
  }

  NDArray forward(NDArray x) {
    try (Scope scope = new Scope()) {
      NDArray h = attention.forward(resnet0.forward(x, null));
      return stage.saw(scope.result(resnet1.forward(h, null)));
    }
  }
}
