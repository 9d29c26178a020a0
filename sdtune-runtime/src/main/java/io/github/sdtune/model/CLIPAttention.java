package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.tensor.Ops;

/** Self-attention; in texts a token sees itself and those before it alone. */
final class CLIPAttention {
  private final Linear qProj;
  private final Linear kProj;
  private final Linear vProj;
  private final Linear outProj;
  private final int heads;
  private final boolean causal;

  CLIPAttention(Weights weights, CLIPLayerConfig config) {
    int size = config.hiddenSize();
    this.qProj = new Linear(weights.at("q_proj"), size, size, true);
    this.kProj = new Linear(weights.at("k_proj"), size, size, true);
    this.vProj = new Linear(weights.at("v_proj"), size, size, true);
    this.outProj = new Linear(weights.at("out_proj"), size, size, true);
    this.heads = config.numAttentionHeads();
    this.causal = config.causal();
  }

  NDArray forward(NDArray x) {
    NDArray q = qProj.forward(x);
    NDArray k = kProj.forward(x);
    NDArray v = vProj.forward(x);
    return outProj.forward(
        causal ? Ops.causalAttention(q, k, v, heads) : Ops.attention(q, k, v, heads));
  }
}
