package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.tensor.Scope;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A level of the UNet on the way down: residual blocks, then half the size. */
class DownBlock2D {
  private final Stage stage;
  private final List<ResnetBlock2D> resnets = new ArrayList<>();
  private final Downsample2D downsampler;

  /**
   * @param last whether this is the lowest level, which is not made smaller
   */
  DownBlock2D(Weights weights, UNet2DConditionConfig config, int in, int out, boolean last) {
    this.stage = weights.stage();
    for (int i = 0; i < config.layersPerBlock(); i++) {
      resnets.add(
          new ResnetBlock2D(
              weights.at("resnets").at(i),
              i == 0 ? in : out,
              out,
              config.timeEmbedDim(),
              config.normNumGroups(),
              config.normEps()));
    }
    this.downsampler =
        last
            ? null
            : new Downsample2D(weights.at("downsamplers").at(0), out, config.downsamplePadding());
  }

  /**
   * (B, in, H, W) to (B, out, H/2, W/2).
   *
   * @param skips receives the output of each layer, for the way up
   */
  final NDArray forward(NDArray x, NDArray temb, NDArray context, Deque<NDArray> skips) {
    try (Scope scope = new Scope()) {
      NDArray h = x;
      for (int i = 0; i < resnets.size(); i++) {
        h = scope.result(attend(i, resnets.get(i).forward(h, temb), context));
        skips.add(h);
      }
      if (downsampler != null) {
        h = scope.result(downsampler.forward(h));
        skips.add(h);
      }
      return stage.saw(h);
    }
  }

  /** What follows residual block i; here nothing. */
  NDArray attend(int i, NDArray x, NDArray context) {
    return x;
  }
}
