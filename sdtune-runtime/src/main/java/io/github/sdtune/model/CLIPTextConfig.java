package io.github.sdtune.model;

import io.github.sdtune.io.ConfigFile;
import java.nio.file.Path;

/**
 * {@code text_encoder/config.json} of transformers.
 *
 * @param maxPositionEmbeddings tokens at most
 * @param hiddenAct quick_gelu or gelu
 * @param projectionDim features of a projected text, where the model has a projection
 * @param withProjection whether the model must have one
 */
public record CLIPTextConfig(
    int vocabSize,
    int hiddenSize,
    int intermediateSize,
    int numHiddenLayers,
    int numAttentionHeads,
    int maxPositionEmbeddings,
    String hiddenAct,
    double layerNormEps,
    int eosTokenId,
    int projectionDim,
    boolean withProjection) {
  /**
   * Reads and checks a file.
   *
   * @throws io.github.sdtune.SdtuneException that lists every value that is not supported
   */
  public static CLIPTextConfig read(Path file) {
    ConfigFile json = new ConfigFile(file);
    CLIPTextConfig config = of(json);
    json.ignore("attention_dropout", "bos_token_id", "dropout", "dtype");
    json.ignore("initializer_factor", "initializer_range", "pad_token_id");
    json.ignore("torch_dtype", "transformers_version", "use_cache", "return_dict");
    json.refuseFindings();
    return config;
  }

  /** What a configuration says; findings stay with it. */
  static CLIPTextConfig of(ConfigFile json) {
    CLIPTextConfig config =
        new CLIPTextConfig(
            json.integer("vocab_size", 49408),
            json.integer("hidden_size", 512),
            json.integer("intermediate_size", 2048),
            json.integer("num_hidden_layers", 12),
            json.integer("num_attention_heads", 8),
            json.integer("max_position_embeddings", 77),
            json.text("hidden_act", "quick_gelu", "quick_gelu", "gelu"),
            json.number("layer_norm_eps", 1e-5),
            json.integer("eos_token_id", 49407),
            json.integer("projection_dim", 512),
            json.contains("architectures", "CLIPTextModelWithProjection"));
    json.require(
        config.numAttentionHeads > 0 && config.hiddenSize % config.numAttentionHeads == 0,
        "hidden_size: %d is not divisible by num_attention_heads %d"
            .formatted(config.hiddenSize, config.numAttentionHeads));
    json.only("model_type", "clip_text_model");
    return config;
  }

  CLIPLayerConfig layer() {
    return new CLIPLayerConfig(
        hiddenSize, intermediateSize, numAttentionHeads, hiddenAct, layerNormEps, true);
  }
}
