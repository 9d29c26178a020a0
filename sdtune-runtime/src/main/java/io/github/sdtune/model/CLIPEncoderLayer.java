package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.tensor.Scope;
import io.github.sdtune.tensor.Segment;

/** Self-attention and MLP, each normalized before and added after: (B, L, C) to (B, L, C). */
final class CLIPEncoderLayer {
  private final Stage stage;
  private final LayerNorm layerNorm1;
  private final CLIPAttention selfAttn;
  private final LayerNorm layerNorm2;
  private final CLIPMLP mlp;

  CLIPEncoderLayer(Weights weights, CLIPLayerConfig config) {
    int size = config.hiddenSize();
    this.stage = weights.stage();
    this.layerNorm1 = new LayerNorm(weights.at("layer_norm1"), size, config.layerNormEps());
    this.selfAttn = new CLIPAttention(weights.at("self_attn"), config);
    this.layerNorm2 = new LayerNorm(weights.at("layer_norm2"), size, config.layerNormEps());
    this.mlp = new CLIPMLP(weights.at("mlp"), config);
  }

  NDArray forward(NDArray x) {
    return stage.saw(Segment.run(in -> layers(in[0]), x));
  }

  private NDArray layers(NDArray x) {
    try (Scope scope = new Scope()) {
      NDArray h = x.add(selfAttn.forward(layerNorm1.forward(x)));
      h = h.add(mlp.forward(layerNorm2.forward(h)));
      return scope.result(h);
    }
  }
}
