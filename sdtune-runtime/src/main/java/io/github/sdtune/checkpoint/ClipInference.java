package io.github.sdtune.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code text_encoder/config.json} from the shapes of a single file. */
final class ClipInference {
  /** Features of one attention head in every CLIP that Stable Diffusion has. */
  private static final int HEAD = 64;

  /** Layers of ViT-H, whose last one Stable Diffusion 2 does not use. */
  private static final int VIT_H = 24;

  private ClipInference() {}

  static ObjectNode config(Family family, Part part, Shapes shapes) {
    boolean open = KeyMaps.isOpenClip(family, part);
    ObjectNode config = Resources.config(family, part.folder());
    String text = open ? "" : "text_model.embeddings.";
    String first = open ? "transformer.resblocks.0.mlp." : "text_model.encoder.layers.0.mlp.";
    String inner = first + (open ? "c_fc" : "fc1");
    int hidden = shapes.dimension(1, text + "token_embedding.weight");
    config.put("vocab_size", shapes.dimension(0, text + "token_embedding.weight"));
    config.put("hidden_size", hidden);
    config.put("num_attention_heads", Math.max(1, hidden / HEAD));
    config.put("intermediate_size", shapes.dimension(0, inner + ".weight", inner + ".bias"));
    String positions = open ? "positional_embedding" : text + "position_embedding.weight";
    config.put("max_position_embeddings", shapes.dimension(0, positions));
    config.put("num_hidden_layers", layers(family, open, shapes));
    if (part == Part.TEXT_ENCODER_2) {
      config.put("projection_dim", shapes.dimension(1, "text_projection"));
    } else if (!open) {
      config.put("projection_dim", hidden);
    }
    return config;
  }

  /**
   * Published files of SD2 carry all of OpenCLIP, of which the last layer and the projection are
   * not used; diffusers' script writes a file without them.
   */
  private static int layers(Family family, boolean open, Shapes shapes) {
    int layers = shapes.count(open ? "transformer.resblocks." : "text_model.encoder.layers.");
    boolean whole = layers == VIT_H || shapes.has("text_projection");
    return family == Family.SD2 && whole ? layers - 1 : layers;
  }
}
