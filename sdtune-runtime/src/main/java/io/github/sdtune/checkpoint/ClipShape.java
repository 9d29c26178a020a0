package io.github.sdtune.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What of {@code text_encoder/config.json} decides the names and shapes of the tensors.
 *
 * @param projection features of the pooled embedding; 0 where nothing projects to it
 */
record ClipShape(
    int vocabulary, int hidden, int intermediate, int layers, int positions, int projection) {
  static ClipShape of(JsonNode config) {
    boolean projected =
        config.path("architectures").path(0).asText().equals("CLIPTextModelWithProjection");
    return new ClipShape(
        config.path("vocab_size").asInt(49408),
        config.path("hidden_size").asInt(512),
        config.path("intermediate_size").asInt(2048),
        config.path("num_hidden_layers").asInt(12),
        config.path("max_position_embeddings").asInt(77),
        projected ? config.path("projection_dim").asInt(512) : 0);
  }
}
