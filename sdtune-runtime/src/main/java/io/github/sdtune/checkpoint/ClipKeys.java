package io.github.sdtune.checkpoint;

import io.github.sdtune.checkpoint.TensorKey.Form;
import java.util.List;

/** The tensors of OpenAI's CLIP text encoder: the original layout has the names of transformers. */
final class ClipKeys {
  private ClipKeys() {}

  static List<TensorKey> of(ClipShape shape) {
    KeyList keys = new KeyList();
    int size = shape.hidden();
    same(keys, "text_model.embeddings.token_embedding.weight", shape.vocabulary(), size);
    same(keys, "text_model.embeddings.position_embedding.weight", shape.positions(), size);
    for (int i = 0; i < shape.layers(); i++) {
      String layer = "text_model.encoder.layers." + i;
      for (String projection : List.of("q_proj", "k_proj", "v_proj", "out_proj")) {
        String name = layer + ".self_attn." + projection;
        keys.linear(name, name, size, size);
      }
      keys.norm(layer + ".layer_norm1", layer + ".layer_norm1", size);
      keys.norm(layer + ".layer_norm2", layer + ".layer_norm2", size);
      keys.linear(layer + ".mlp.fc1", layer + ".mlp.fc1", size, shape.intermediate());
      keys.linear(layer + ".mlp.fc2", layer + ".mlp.fc2", shape.intermediate(), size);
    }
    keys.norm("text_model.final_layer_norm", "text_model.final_layer_norm", size);
    if (shape.projection() > 0) {
      same(keys, "text_projection.weight", shape.projection(), size);
    }
    return keys.keys();
  }

  private static void same(KeyList keys, String name, long... shape) {
    keys.add(name, name, Form.SAME, shape);
  }
}
