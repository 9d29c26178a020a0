package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.tensor.Scope;
import java.util.ArrayList;
import java.util.List;

/** From a picture (B, 3, H, W) to twice the latent channels (B, 8, H/8, W/8). */
final class Encoder {
  static final double EPS = 1e-6;
  private final Conv2d convIn;
  private final List<DownEncoderBlock2D> downBlocks = new ArrayList<>();
  private final UNetMidBlock2D midBlock;
  private final GroupNorm convNormOut;
  private final Conv2d convOut;

  Encoder(Weights weights, AutoencoderKLConfig config) {
    List<Integer> channels = config.blockOutChannels();
    int groups = config.normNumGroups();
    int levels = channels.size();
    int bottom = channels.get(levels - 1);
    this.convIn = Conv2d.same(weights.at("conv_in"), config.inChannels(), channels.get(0));
    for (int i = 0; i < levels; i++) {
      downBlocks.add(
          new DownEncoderBlock2D(
              weights.at("down_blocks").at(i),
              config.layersPerBlock(),
              channels.get(Math.max(i - 1, 0)),
              channels.get(i),
              groups,
              EPS,
              i == levels - 1));
    }
    this.midBlock = new UNetMidBlock2D(weights.at("mid_block"), bottom, groups, EPS);
    this.convNormOut = new GroupNorm(weights.at("conv_norm_out"), bottom, groups, EPS);
    this.convOut = Conv2d.same(weights.at("conv_out"), bottom, 2 * config.latentChannels());
  }

  NDArray forward(NDArray x) {
    try (Scope scope = new Scope()) {
      NDArray h = convIn.forward(x);
      for (DownEncoderBlock2D block : downBlocks) {
        h = block.forward(h);
      }
      h = midBlock.forward(h);
      return scope.result(convOut.forward(convNormOut.forwardSilu(h)));
    }
  }
}
