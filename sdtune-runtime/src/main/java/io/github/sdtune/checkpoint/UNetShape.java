package io.github.sdtune.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What of {@code unet/config.json} decides the names and shapes of the tensors.
 *
 * @param channels of each level, from the top
 * @param attention whether each level has transformers, on the way down; upwards it is the reverse
 * @param depth transformer blocks of each level's transformers; the last is the middle's too
 * @param additionDim features of pooled text and time ids of SDXL; 0 where there are none
 */
record UNetShape(
    int inChannels,
    int outChannels,
    List<Integer> channels,
    List<Boolean> attention,
    List<Integer> depth,
    int layersPerBlock,
    int crossAttentionDim,
    boolean linearProjection,
    int additionDim) {
  int levels() {
    return channels.size();
  }

  int timeEmbedDim() {
    return 4 * channels.get(0);
  }

  static UNetShape of(JsonNode config) {
    List<Integer> channels = ConfigValues.integers(config, "block_out_channels");
    List<Boolean> attention = new ArrayList<>();
    config
        .path("down_block_types")
        .forEach(type -> attention.add(type.asText().startsWith("CrossAttn")));
    JsonNode depth = config.path("transformer_layers_per_block");
    boolean addition = config.path("addition_embed_type").asText().equals("text_time");
    return new UNetShape(
        config.path("in_channels").asInt(4),
        config.path("out_channels").asInt(4),
        channels,
        attention,
        depth.isArray()
            ? ConfigValues.integers(config, "transformer_layers_per_block")
            : Collections.nCopies(channels.size(), depth.asInt(1)),
        config.path("layers_per_block").asInt(2),
        config.path("cross_attention_dim").asInt(1280),
        config.path("use_linear_projection").asBoolean(false),
        addition ? config.path("projection_class_embeddings_input_dim").asInt() : 0);
  }
}
