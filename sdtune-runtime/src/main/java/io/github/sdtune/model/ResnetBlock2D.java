package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Scope;
import io.github.sdtune.tensor.Segment;

/**
 * A residual block: norm, SiLU, convolution, plus the time embedding; norm, SiLU, convolution, plus
 * the input. (B, in, H, W) to (B, out, H, W).
 */
final class ResnetBlock2D {
  private final Stage stage;
  private final GroupNorm norm1;
  private final Conv2d conv1;
  private final Linear timeEmbProj;
  private final GroupNorm norm2;
  private final Conv2d conv2;
  private final Conv2d convShortcut;

  /**
   * @param tembChannels of the time embedding; 0 if the block has none, as in the autoencoder
   */
  ResnetBlock2D(Weights weights, int in, int out, int tembChannels, int groups, double eps) {
    this.stage = weights.stage();
    this.norm1 = new GroupNorm(weights.at("norm1"), in, groups, eps);
    this.conv1 = Conv2d.same(weights.at("conv1"), in, out);
    this.timeEmbProj =
        tembChannels == 0 ? null : new Linear(weights.at("time_emb_proj"), tembChannels, out, true);
    this.norm2 = new GroupNorm(weights.at("norm2"), out, groups, eps);
    this.conv2 = Conv2d.same(weights.at("conv2"), out, out);
    this.convShortcut = in == out ? null : Conv2d.pointwise(weights.at("conv_shortcut"), in, out);
  }

  /**
   * @param temb SiLU of the time embedding, (B, tembChannels), or null
   */
  NDArray forward(NDArray x, NDArray temb) {
    return stage.saw(Segment.run(in -> layers(in[0], in[1]), x, temb));
  }

  /** The same of a map and a skip beside it: (B, C, H, W) and (B, S, H, W) -> (B, C+S, H, W). */
  NDArray forward(NDArray x, NDArray skip, NDArray temb) {
    return stage.saw(Segment.run(in -> layers(in[0].concat(in[1], 1), in[2]), x, skip, temb));
  }

  private NDArray layers(NDArray x, NDArray temb) {
    try (Scope scope = new Scope()) {
      NDArray h = convolved(conv1, norm1, x);
      if (timeEmbProj != null) {
        h = Ops.addToChannels(h, timeEmbProj.forward(temb));
      }
      h = convolved(conv2, norm2, h);
      // In place: no operator keeps a convolution's output for its gradient.
      h.addi(convShortcut == null ? x : convShortcut.forward(x));
      return scope.result(h);
    }
  }

  /** Its own scope, since at full resolution the activations take more memory than all weights. */
  private static NDArray convolved(Conv2d conv, GroupNorm norm, NDArray x) {
    try (Scope scope = new Scope()) {
      return scope.result(conv.forward(norm.forwardSilu(x)));
    }
  }
}
