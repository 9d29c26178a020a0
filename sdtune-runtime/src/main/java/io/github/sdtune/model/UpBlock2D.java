package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.tensor.Scope;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A level of the UNet on the way up: residual blocks that also take the skips, then twice the size.
 */
class UpBlock2D {
  private final Stage stage;
  private final List<ResnetBlock2D> resnets = new ArrayList<>();
  private final Upsample2D upsampler;

  /**
   * @param in channels from below
   * @param skip channels of the level above on the way down, which the last residual block takes
   * @param last whether this is the topmost level, which is not made larger
   */
  UpBlock2D(
      Weights weights, UNet2DConditionConfig config, int in, int skip, int out, boolean last) {
    this.stage = weights.stage();
    int layers = config.layersPerBlock() + 1;
    for (int i = 0; i < layers; i++) {
      int below = i == 0 ? in : out;
      int beside = i == layers - 1 ? skip : out;
      resnets.add(
          new ResnetBlock2D(
              weights.at("resnets").at(i),
              below + beside,
              out,
              config.timeEmbedDim(),
              config.normNumGroups(),
              config.normEps()));
    }
    this.upsampler = last ? null : new Upsample2D(weights.at("upsamplers").at(0), out);
  }

  /**
   * (B, in, H, W) to (B, out, 2H, 2W).
   *
   * @param skips outputs of the way down, the last one first out
   */
  final NDArray forward(NDArray x, NDArray temb, NDArray context, Deque<NDArray> skips) {
    try (Scope scope = new Scope()) {
      NDArray h = x;
      for (int i = 0; i < resnets.size(); i++) {
        h = attend(i, resnets.get(i).forward(h, skips.removeLast(), temb), context);
      }
      if (upsampler != null) {
        h = upsampler.forward(h, skips.getLast());
      }
      return stage.saw(scope.result(h));
    }
  }

  /** What follows residual block i; here nothing. */
  NDArray attend(int i, NDArray x, NDArray context) {
    return x;
  }
}
