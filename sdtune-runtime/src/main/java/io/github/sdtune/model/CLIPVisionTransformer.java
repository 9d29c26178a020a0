package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Scope;
import java.util.ArrayList;
import java.util.List;

/**
 * CLIP's picture encoder: a vision transformer (https://arxiv.org/abs/2010.11929) with a norm
 * before its layers.
 */
final class CLIPVisionTransformer {
  private final CLIPVisionConfig config;
  private final NDArray classEmbedding;
  private final NDArray patchEmbedding;
  private final NDArray positionEmbedding;
  private final LayerNorm preLayerNorm;
  private final List<CLIPEncoderLayer> layers = new ArrayList<>();
  private final LayerNorm postLayerNorm;

  CLIPVisionTransformer(CLIPVisionConfig config, Weights weights) {
    Weights embeddings = weights.at("embeddings");
    int size = config.hiddenSize();
    int patch = config.patchSize();
    this.config = config;
    this.classEmbedding = embeddings.get("class_embedding", size);
    this.patchEmbedding = embeddings.at("patch_embedding").get("weight", size, 3, patch, patch);
    this.positionEmbedding =
        embeddings.at("position_embedding").get("weight", config.patches() + 1, size);
    // So misspelled in every checkpoint.
    this.preLayerNorm = new LayerNorm(weights.at("pre_layrnorm"), size, config.layerNormEps());
    for (int i = 0; i < config.numHiddenLayers(); i++) {
      layers.add(new CLIPEncoderLayer(weights.at("encoder").at("layers").at(i), config.layer()));
    }
    this.postLayerNorm = new LayerNorm(weights.at("post_layernorm"), size, config.layerNormEps());
  }

  /**
   * The state of the class token, normalized: (B, hiddenSize).
   *
   * @param pictures (B, 3, imageSize, imageSize), normalized
   */
  NDArray forward(NDArray pictures) {
    try (Scope scope = new Scope()) {
      long batch = pictures.getShape().get(0);
      int size = config.hiddenSize();
      NDArray patches =
          Ops.toTokens(Ops.conv2d(pictures, patchEmbedding, null, config.patchSize(), 0));
      NDArray first = classEmbedding.reshape(1, 1, size).broadcast(new Shape(batch, 1, size));
      // (B, patches, C) -> (B, 1 + patches, C)
      NDArray h = preLayerNorm.forward(first.concat(patches, 1).add(positionEmbedding));
      for (CLIPEncoderLayer layer : layers) {
        h = layer.forward(h);
      }
      return scope.result(postLayerNorm.forward(h.get(":, 0")));
    }
  }
}
