package io.github.sdtune.checkpoint;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** {@code unet/config.json} from the shapes of a single file. */
final class UNetInference {
  /** Features of one attention head in SD2 and SDXL; SD1 has 8 heads of any size. */
  private static final int HEAD = 64;

  private final Shapes shapes;
  private final List<Integer> channels = new ArrayList<>();
  private final List<Integer> depth = new ArrayList<>();
  private int layers;

  private UNetInference(Shapes shapes) {
    this.shapes = shapes;
  }

  /**
   * The configuration.
   *
   * @param pooled features of the pooled text embedding; 0 if there is none
   * @param sampleSize latents in a row of a picture of the size that the family was trained at
   */
  static ObjectNode config(Family family, Shapes shapes, int pooled, int sampleSize) {
    UNetInference unet = new UNetInference(shapes);
    unet.walk();
    ObjectNode config = Resources.config(family, "unet");
    unet.fill(config, family, pooled);
    config.put("sample_size", sampleSize);
    return config;
  }

  /** From layer to layer; a downsampler ends a level. */
  private void walk() {
    int inLevel = 0;
    for (int i = 1; i < shapes.count("input_blocks."); i++) {
      String block = "input_blocks." + i;
      if (shapes.hasUnder(block + ".0.op.")) {
        inLevel = 0;
      } else {
        if (inLevel++ == 0) {
          channels.add(
              shapes.dimension(
                  0,
                  block + ".0.in_layers.2.weight",
                  block + ".0.out_layers.3.weight",
                  block + ".0.emb_layers.1.weight"));
          depth.add(shapes.count(block + ".1.transformer_blocks."));
        }
        layers = Math.max(layers, inLevel);
      }
    }
  }

  private void fill(ObjectNode config, Family family, int pooled) {
    config.put("in_channels", shapes.dimension(1, "input_blocks.0.0.weight"));
    config.put("out_channels", shapes.dimension(0, "out.2.weight", "out.2.bias"));
    config.put("layers_per_block", layers);
    shapes
        .dimensionOfAny(1, ".attn2.to_k.weight")
        .or(() -> shapes.dimensionOfAny(1, ".attn2.to_v.weight"))
        .ifPresent(context -> config.put("cross_attention_dim", context));
    if (shapes.rankOfAny(".proj_in.weight").filter(rank -> rank == 2).isPresent()) {
      config.put("use_linear_projection", true);
    }
    ArrayNode levels = config.putArray("block_out_channels");
    ArrayNode down = config.putArray("down_block_types");
    ArrayNode up = config.putArray("up_block_types");
    channels.forEach(levels::add);
    for (int blocks : depth) {
      down.add(blocks > 0 ? "CrossAttnDownBlock2D" : "DownBlock2D");
      up.insert(0, blocks > 0 ? "CrossAttnUpBlock2D" : "UpBlock2D");
    }
    if (family != Family.SD1) {
      ArrayNode heads = config.putArray("attention_head_dim");
      channels.forEach(width -> heads.add(Math.max(1, width / HEAD)));
    }
    transformers(config);
    if (family == Family.SDXL) {
      int addition = shapes.dimension(1, "label_emb.0.0.weight");
      config.put("projection_class_embeddings_input_dim", addition);
      // Beside the pooled text there are six numbers: original size, crop and target size.
      config.put("addition_time_embed_dim", (addition - pooled) / 6);
    }
  }

  /** A level without attention has the depth 1, except the last: its depth is the middle's. */
  private void transformers(ObjectNode config) {
    List<Integer> blocks = new ArrayList<>();
    for (int i = 0; i < depth.size(); i++) {
      boolean last = i == depth.size() - 1;
      int own = last ? shapes.count("middle_block.1.transformer_blocks.") : depth.get(i);
      blocks.add(Math.max(1, own));
    }
    if (blocks.stream().anyMatch(count -> count != 1)) {
      ArrayNode array = config.putArray("transformer_layers_per_block");
      blocks.forEach(array::add);
    }
  }
}
