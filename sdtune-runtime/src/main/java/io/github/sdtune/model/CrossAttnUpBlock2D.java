package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;

/** An {@link UpBlock2D} with a transformer after each residual block. */
final class CrossAttnUpBlock2D extends UpBlock2D {
  private final List<Transformer2DModel> attentions = new ArrayList<>();

  /**
   * @param level counted from the top, as on the way down
   */
  CrossAttnUpBlock2D(
      Weights weights,
      UNet2DConditionConfig config,
      int level,
      int in,
      int skip,
      int out,
      boolean last) {
    super(weights, config, in, skip, out, last);
    for (int i = 0; i <= config.layersPerBlock(); i++) {
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
