package io.github.sdtune.model;

import io.github.sdtune.io.ConfigFile;

/**
 * {@code vision_config} in the {@code config.json} of transformers' {@code CLIPModel}.
 *
 * @param imageSize side of the pictures, in pixels
 * @param patchSize side of the squares that they are cut into
 * @param hiddenAct quick_gelu or gelu
 */
record CLIPVisionConfig(
    int hiddenSize,
    int intermediateSize,
    int numHiddenLayers,
    int numAttentionHeads,
    int imageSize,
    int patchSize,
    String hiddenAct,
    double layerNormEps) {

  /** What a configuration says; findings stay with it. */
  static CLIPVisionConfig of(ConfigFile json) {
    CLIPVisionConfig config =
        new CLIPVisionConfig(
            json.integer("hidden_size", 768),
            json.integer("intermediate_size", 3072),
            json.integer("num_hidden_layers", 12),
            json.integer("num_attention_heads", 12),
            json.integer("image_size", 224),
            json.integer("patch_size", 32),
            json.text("hidden_act", "quick_gelu", "quick_gelu", "gelu"),
            json.number("layer_norm_eps", 1e-5));
    json.require(
        config.numAttentionHeads > 0 && config.hiddenSize % config.numAttentionHeads == 0,
        "hidden_size: %d is not divisible by num_attention_heads %d"
            .formatted(config.hiddenSize, config.numAttentionHeads));
    json.require(
        config.patchSize > 0 && config.imageSize % config.patchSize == 0,
        "image_size: %d is not divisible by patch_size %d"
            .formatted(config.imageSize, config.patchSize));
    json.only("num_channels", 3);
    json.only("model_type", "clip_vision_model");
    return config;
  }

  CLIPLayerConfig layer() {
    return new CLIPLayerConfig(
        hiddenSize, intermediateSize, numAttentionHeads, hiddenAct, layerNormEps, false);
  }

  /** Squares of a picture. */
  int patches() {
    return (imageSize / patchSize) * (imageSize / patchSize);
  }
}
