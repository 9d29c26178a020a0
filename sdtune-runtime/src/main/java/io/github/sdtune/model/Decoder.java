package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.tensor.Scope;
import java.util.ArrayList;
import java.util.List;

/** From latents (B, 4, H/8, W/8) to a picture (B, 3, H, W). */
final class Decoder {
  private final Conv2d convIn;
  private final UNetMidBlock2D midBlock;
  private final List<UpDecoderBlock2D> upBlocks = new ArrayList<>();
  private final GroupNorm convNormOut;
  private final Conv2d convOut;

  Decoder(Weights weights, AutoencoderKLConfig config) {
    List<Integer> channels = config.blockOutChannels();
    int groups = config.normNumGroups();
    int levels = channels.size();
    int bottom = channels.get(levels - 1);
    this.convIn = Conv2d.same(weights.at("conv_in"), config.latentChannels(), bottom);
    this.midBlock = new UNetMidBlock2D(weights.at("mid_block"), bottom, groups, Encoder.EPS);
    for (int i = 0; i < levels; i++) {
      upBlocks.add(
          new UpDecoderBlock2D(
              weights.at("up_blocks").at(i),
              config.layersPerBlock() + 1,
              channels.get(Math.min(levels - i, levels - 1)),
              channels.get(levels - 1 - i),
              groups,
              Encoder.EPS,
              i == levels - 1));
    }
    this.convNormOut =
        new GroupNorm(weights.at("conv_norm_out"), channels.get(0), groups, Encoder.EPS);
    this.convOut = Conv2d.same(weights.at("conv_out"), channels.get(0), config.outChannels());
  }

  NDArray forward(NDArray z) {
    try (Scope scope = new Scope()) {
      NDArray h = midBlock.forward(convIn.forward(z));
      for (UpDecoderBlock2D block : upBlocks) {
        NDArray next = block.forward(h);
        h.close(); // not at the end: these are large
        h = next;
      }
      return scope.result(convOut.forward(convNormOut.forwardSilu(h)));
    }
  }
}
