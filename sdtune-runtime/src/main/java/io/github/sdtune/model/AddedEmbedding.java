package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Scope;

/**
 * What SDXL adds to the embedding of the timestep, from the pooled text and the sizes of the
 * picture (https://arxiv.org/abs/2307.01952, section 2.2); diffusers calls it {@code text_time}.
 */
final class AddedEmbedding {
  private final Timesteps addTimeProj;
  private final TimestepEmbedding addEmbedding;
  private final UNet2DConditionConfig.TextTime sizes;

  AddedEmbedding(Weights weights, UNet2DConditionConfig config, UNet2DConditionConfig.TextTime t) {
    this.sizes = t;
    this.addTimeProj =
        new Timesteps(
            weights.manager(), t.timeEmbedDim(), config.flipSinToCos(), config.freqShift());
    this.addEmbedding =
        new TimestepEmbedding(
            weights.at("add_embedding"), t.projectionInputDim(), config.timeEmbedDim());
  }

  /** (B, timeEmbedDim). */
  NDArray forward(Conditioning.Added added) {
    long items = added.pooled().getShape().get(0);
    check("pooled text", added.pooled(), items, sizes.pooledDim());
    check("time ids", added.timeIds(), items, UNet2DConditionConfig.TextTime.IDS);
    try (Scope scope = new Scope()) {
      // (B, 6) -> (B*6) -> (B*6, D) -> (B, 6*D)
      NDArray ids = Ops.contiguous(added.timeIds()).reshape(-1);
      NDArray times = addTimeProj.forward(ids).reshape(items, -1);
      return scope.result(addEmbedding.forward(added.pooled().concat(times, 1)));
    }
  }

  private static void check(String what, NDArray found, long items, long features) {
    if (found.getShape().dimension() != 2
        || found.getShape().get(0) != items
        || found.getShape().get(1) != features) {
      throw new IllegalArgumentException(
          "%s: found %s, expected (%d, %d)".formatted(what, found.getShape(), items, features));
    }
  }
}
