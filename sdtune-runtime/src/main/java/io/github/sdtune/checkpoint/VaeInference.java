package io.github.sdtune.checkpoint;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code vae/config.json} from the shapes of a single file. */
final class VaeInference {
  private VaeInference() {}

  static ObjectNode config(Family family, Shapes shapes, int sampleSize) {
    ObjectNode config = Resources.config(family, "vae");
    config.put("in_channels", shapes.dimension(1, "encoder.conv_in.weight"));
    config.put("out_channels", shapes.dimension(0, "decoder.conv_out.weight"));
    config.put(
        "latent_channels", shapes.dimension(0, "post_quant_conv.weight", "post_quant_conv.bias"));
    config.put("layers_per_block", shapes.count("encoder.down.0.block."));
    config.put("sample_size", sampleSize);
    ArrayNode channels = config.putArray("block_out_channels");
    ArrayNode down = config.putArray("down_block_types");
    ArrayNode up = config.putArray("up_block_types");
    for (int level = 0; level < shapes.count("encoder.down."); level++) {
      String block = "encoder.down." + level + ".block.0.";
      channels.add(
          shapes.dimension(
              0, block + "conv1.weight", block + "conv2.weight", block + "norm2.bias"));
      down.add("DownEncoderBlock2D");
      up.add("UpDecoderBlock2D");
    }
    return config;
  }
}
