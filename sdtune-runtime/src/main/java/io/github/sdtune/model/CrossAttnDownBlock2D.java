package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;

/** A {@link DownBlock2D} with a transformer after each residual block. */
final class CrossAttnDownBlock2D extends DownBlock2D {
  private final List<Transformer2DModel> attentions = new ArrayList<>();

  CrossAttnDownBlock2D(
      Weights weights, UNet2DConditionConfig config, int level, int in, int out, boolean last) {
    super(weights, config, in, out, last);
    for (int i = 0; i < config.layersPerBlock(); i++) {
      attentions.add(
          new Transformer2DModel(
              weights.at("attentions").at(i),
              config,
              out,
              config.heads().get(level),
              config.transformerLayersPerBlock().get(level)));
    }
  }

  @Override
  NDArray attend(int i, NDArray x, NDArray context) {
    return attentions.get(i).forward(x, context);
  }
}
