package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Scope;
import io.github.sdtune.tensor.Segment;

/** The autoencoder's self-attention over all pixels, with one head: (B, C, H, W) to the same. */
final class VaeAttention {
  private final GroupNorm groupNorm;
  private final Attention attention;

  VaeAttention(Weights weights, int channels, int groups, double eps) {
    this.groupNorm = new GroupNorm(weights.at("group_norm"), channels, groups, eps);
    this.attention = new Attention(weights, channels, channels, 1, true);
  }

  NDArray forward(NDArray x) {
    return Segment.run(in -> layers(in[0]), x);
  }

  private NDArray layers(NDArray x) {
    try (Scope scope = new Scope()) {
      // (B, C, H, W) -> (B, H*W, C)
      NDArray tokens = Ops.toTokens(groupNorm.forward(x));
      NDArray y = attention.forward(tokens, tokens);
      // (B, H*W, C) -> (B, C, H, W)
      y = Ops.toMap(y, x.getShape().get(2), x.getShape().get(3));
      return scope.result(x.add(y));
    }
  }
}
