package io.github.sdtune.checkpoint;

import io.github.sdtune.checkpoint.TensorKey.Form;
import java.util.List;

/**
 * The tensors of OpenCLIP's text encoder: there query, key and value are one matrix, and the
 * projection multiplies from the other side.
 */
final class OpenClipKeys {
  private OpenClipKeys() {}

  static List<TensorKey> of(ClipShape shape) {
    KeyList keys = new KeyList();
    int size = shape.hidden();
    String embeddings = "text_model.embeddings.";
    keys.add(
        embeddings + "token_embedding.weight",
        "token_embedding.weight",
        Form.SAME,
        shape.vocabulary(),
        size);
    keys.add(
        embeddings + "position_embedding.weight",
        "positional_embedding",
        Form.SAME,
        shape.positions(),
        size);
    for (int i = 0; i < shape.layers(); i++) {
      layer(keys, "text_model.encoder.layers." + i, "transformer.resblocks." + i, shape);
    }
    keys.norm("text_model.final_layer_norm", "ln_final", size);
    if (shape.projection() > 0) {
      keys.add(
          "text_projection.weight", "text_projection", Form.TRANSPOSED, shape.projection(), size);
    }
    return keys.keys();
  }

  private static void layer(KeyList keys, String name, String original, ClipShape shape) {
    int size = shape.hidden();
    third(keys, name + ".self_attn.q_proj", original, Form.QUERY, size);
    third(keys, name + ".self_attn.k_proj", original, Form.KEY, size);
    third(keys, name + ".self_attn.v_proj", original, Form.VALUE, size);
    keys.linear(name + ".self_attn.out_proj", original + ".attn.out_proj", size, size);
    keys.norm(name + ".layer_norm1", original + ".ln_1", size);
    keys.norm(name + ".layer_norm2", original + ".ln_2", size);
    keys.linear(name + ".mlp.fc1", original + ".mlp.c_fc", size, shape.intermediate());
    keys.linear(name + ".mlp.fc2", original + ".mlp.c_proj", shape.intermediate(), size);
  }

  private static void third(KeyList keys, String name, String original, Form form, int size) {
    keys.add(name + ".weight", original + ".attn.in_proj_weight", form, size, size);
    keys.add(name + ".bias", original + ".attn.in_proj_bias", form, size);
  }
}
