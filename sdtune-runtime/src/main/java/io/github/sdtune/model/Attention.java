package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Scope;

/**
 * Multi-head attention of tokens (B, L, C) to a context (B, M, D): (B, L, C).
 * https://arxiv.org/abs/1706.03762
 */
final class Attention {
  private final Stage stage;
  private final Linear toQ;
  private final Linear toK;
  private final Linear toV;
  private final Linear toOut;
  private final int heads;

  /**
   * @param withBias whether queries, keys and values have a bias; the output always has one
   */
  Attention(Weights weights, int channels, int contextChannels, int heads, boolean withBias) {
    this.stage = weights.stage();
    this.toQ = new Linear(weights.at("to_q"), channels, channels, withBias);
    this.toK = new Linear(weights.at("to_k"), contextChannels, channels, withBias);
    this.toV = new Linear(weights.at("to_v"), contextChannels, channels, withBias);
    this.toOut = new Linear(weights.at("to_out").at(0), channels, channels, true);
    this.heads = heads;
  }

  NDArray forward(NDArray x, NDArray context) {
    try (Scope scope = new Scope()) {
      NDArray y = Ops.attention(toQ.forward(x), toK.forward(context), toV.forward(context), heads);
      return stage.saw(scope.result(toOut.forward(y)));
    }
  }
}
