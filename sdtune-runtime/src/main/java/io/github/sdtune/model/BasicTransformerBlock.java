package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.tensor.Scope;

/** Self-attention, cross-attention and feed-forward, each normalized before and added after. */
final class BasicTransformerBlock {
  private static final double EPS = 1e-5;
  private final Stage stage;
  private final LayerNorm norm1;
  private final Attention attn1;
  private final LayerNorm norm2;
  private final Attention attn2;
  private final LayerNorm norm3;
  private final FeedForward ff;

  BasicTransformerBlock(Weights weights, int channels, int contextChannels, int heads) {
    this.stage = weights.stage();
    this.norm1 = new LayerNorm(weights.at("norm1"), channels, EPS);
    this.attn1 = new Attention(weights.at("attn1"), channels, channels, heads, false);
    this.norm2 = new LayerNorm(weights.at("norm2"), channels, EPS);
    this.attn2 = new Attention(weights.at("attn2"), channels, contextChannels, heads, false);
    this.norm3 = new LayerNorm(weights.at("norm3"), channels, EPS);
    this.ff = new FeedForward(weights.at("ff"), channels);
  }

  /** x (B, L, C), context (B, M, D): (B, L, C). */
  NDArray forward(NDArray x, NDArray context) {
    try (Scope scope = new Scope()) {
      NDArray normed = norm1.forward(x);
      NDArray h = x.add(attn1.forward(normed, normed));
      h = h.add(attn2.forward(norm2.forward(h), context));
      return stage.saw(scope.result(ff.forward(h, norm3)));
    }
  }
}
