package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Scope;

/** GEGLU (https://arxiv.org/abs/2002.05202) and a linear layer, four times as wide inside. */
final class FeedForward {
  private final Stage stage;
  private final Linear proj;
  private final Linear out;

  FeedForward(Weights weights, int channels) {
    int inner = 4 * channels;
    this.stage = weights.stage();
    this.proj = new Linear(weights.at("net").at(0).at("proj"), channels, 2 * inner, true);
    this.out = new Linear(weights.at("net").at(2), inner, channels, true);
  }

  /** (B, L, C) to (B, L, C). */
  NDArray forward(NDArray x) {
    try (Scope scope = new Scope()) {
      return stage.saw(scope.result(out.forward(Ops.geglu(proj.forward(x)))));
    }
  }
}
