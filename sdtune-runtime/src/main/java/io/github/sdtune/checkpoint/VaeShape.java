package io.github.sdtune.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * What of {@code vae/config.json} decides the names and shapes of the tensors.
 *
 * @param channels of each level, from the picture down
 */
record VaeShape(
    int inChannels,
    int outChannels,
    int latentChannels,
    List<Integer> channels,
    int layersPerBlock) {
  int levels() {
    return channels.size();
  }

  int deepest() {
    return channels.get(levels() - 1);
  }

  static VaeShape of(JsonNode config) {
    return new VaeShape(
        config.path("in_channels").asInt(3),
        config.path("out_channels").asInt(3),
        config.path("latent_channels").asInt(4),
        ConfigValues.integers(config, "block_out_channels"),
        config.path("layers_per_block").asInt(1));
  }
}
