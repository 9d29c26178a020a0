package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.tensor.Ops;

/** Two linear layers with SiLU between: (B, channels) to (B, embedding). */
final class TimestepEmbedding {
  private final Stage stage;
  private final Linear linear1;
  private final Linear linear2;

  TimestepEmbedding(Weights weights, int channels, int embedding) {
    this.stage = weights.stage();
    this.linear1 = new Linear(weights.at("linear_1"), channels, embedding, true);
    this.linear2 = new Linear(weights.at("linear_2"), embedding, embedding, true);
  }

  NDArray forward(NDArray x) {
    return stage.saw(linear2.forward(Ops.silu(linear1.forward(x))));
  }
}
