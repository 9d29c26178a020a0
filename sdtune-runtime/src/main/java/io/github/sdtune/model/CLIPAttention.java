package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.tensor.Ops;

/** Self-attention in which a token sees itself and those before it. */
final class CLIPAttention {
  private final Linear qProj;
  private final Linear kProj;
  private final Linear vProj;
  private final Linear outProj;
  private final int heads;

  CLIPAttention(Weights weights, CLIPTextConfig config) {
    int size = config.hiddenSize();
    this.qProj = new Linear(weights.at("q_proj"), size, size, true);
    this.kProj = new Linear(weights.at("k_proj"), size, size, true);
    this.vProj = new Linear(weights.at("v_proj"), size, size, true);
    this.outProj = new Linear(weights.at("out_proj"), size, size, true);
    this.heads = config.numAttentionHeads();
  }

  NDArray forward(NDArray x) {
    return outProj.forward(
        Ops.causalAttention(qProj.forward(x), kProj.forward(x), vProj.forward(x), heads));
  }
}
