package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Scope;
import io.github.sdtune.tensor.Segment;
import java.util.Arrays;

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
    return stage.saw(Segment.run(in -> layers(in[1], in[0]), x, temb));
  }

  /** The same of a map and a skip beside it: (B, C, H, W) and (B, S, H, W) -> (B, C+S, H, W). */
  NDArray forward(NDArray x, NDArray skip, NDArray temb) {
    return stage.saw(Segment.run(in -> layers(in[2], in[0], in[1]), x, skip, temb));
  }

  private NDArray layers(NDArray temb, NDArray... maps) {
    try (Scope scope = new Scope()) {
      Segment.FrozenLayer first = timeEmbProj == null ? conv1 : timed(temb);
      // Joined once, unless the joined map need not be kept.
      NDArray[] x = Segment.keepsLess(first) ? maps.clone() : new NDArray[] {joined(maps)};
      Arrays.setAll(x, i -> Segment.border(x[i]));
      NDArray h = Segment.frozen(in -> norm1.forwardSilu(joined(in)), first, null, x);
      NDArray residual = joined(x);
      if (convShortcut != null) {
        residual = convShortcut.forward(residual);
      }
      return scope.result(Segment.frozen(in -> norm2.forwardSilu(in[0]), conv2, residual, h));
    }
  }

  private static NDArray joined(NDArray... maps) {
    return maps.length == 1 ? maps[0] : maps[0].concat(maps[1], 1);
  }

  /** The first convolution, with the time embedding (B, tembChannels) added to its channels. */
  private Segment.FrozenLayer timed(NDArray temb) {
    NDArray addend = timeEmbProj.forward(temb);
    return conv1.then(h -> Ops.addToChannels(h, addend), addend);
  }
}
