package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.tensor.Scope;

/** The lowest part of the UNet: residual block, transformer, residual block. */
final class UNetMidBlock2DCrossAttn {
  private final Stage stage;
  private final ResnetBlock2D resnet0;
  private final Transformer2DModel attention;
  private final ResnetBlock2D resnet1;

  UNetMidBlock2DCrossAttn(Weights weights, UNet2DConditionConfig config, int channels) {
    int level = config.blockOutChannels().size() - 1;
    this.stage = weights.stage();
    this.resnet0 = resnet(weights, config, channels, 0);
    this.attention =
        new Transformer2DModel(
            weights.at("attentions").at(0),
            config,
            channels,
            config.heads().get(level),
            config.transformerLayersPerBlock().get(level));
    this.resnet1 = resnet(weights, config, channels, 1);
  }

  private static ResnetBlock2D resnet(
      Weights weights, UNet2DConditionConfig config, int channels, int i) {
    return new ResnetBlock2D(
        weights.at("resnets").at(i),
        channels,
        channels,
        config.timeEmbedDim(),
        config.normNumGroups(),
        config.normEps());
  }

  NDArray forward(NDArray x, NDArray temb, NDArray context) {
    try (Scope scope = new Scope()) {
      NDArray h = attention.forward(resnet0.forward(x, temb), context);
      return stage.saw(scope.result(resnet1.forward(h, temb)));
    }
  }
}
