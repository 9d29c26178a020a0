package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Scope;
import io.github.sdtune.tensor.Segment;

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

  /** Of x (B, L, C), normed, and added to x. */
  NDArray forward(NDArray x, LayerNorm norm) {
    try (Scope scope = new Scope()) {
      NDArray h = Segment.border(x);
      NDArray gated = Segment.frozen(in -> norm.forward(in[0]), proj, null, h);
      return scope.result(Segment.frozen(in -> Ops.geglu(in[0]), out.then(stage::saw), h, gated));
    }
  }
}
