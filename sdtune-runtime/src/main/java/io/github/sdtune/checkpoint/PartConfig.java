package io.github.sdtune.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sdtune.io.Json;
import io.github.sdtune.safetensors.TensorType;
import java.nio.file.Path;

/** The {@code config.json} of a part of a diffusers folder. */
public final class PartConfig {
  private static final String FILE = "config.json";

  private PartConfig() {}

  /**
   * Copies a part's configuration to where its weights are in another type.
   *
   * @param from the part's folder
   * @param to another folder for it
   * @return the file that was written
   */
  public static Path copy(Path from, Path to, TensorType type) {
    return write(to, Json.read(from.resolve(FILE), ObjectNode.class), type);
  }

  /** Writes a configuration beside weights of a type, and returns its file. */
  static Path write(Path folder, ObjectNode config, TensorType type) {
    if (config.path("model_type").asText().equals("clip_text_model")) {
      setType(config, type);
    }
    Path file = folder.resolve(FILE);
    Json.writeConfig(file, config);
    return file;
  }

  /** transformers loads a text encoder in the type that its configuration tells. */
  private static void setType(ObjectNode config, TensorType type) {
    String key = config.has("dtype") ? "dtype" : "torch_dtype";
    config.put(
        key,
        switch (type) {
          case F16 -> "float16";
          case BF16 -> "bfloat16";
          case F64 -> "float64";
          default -> "float32";
        });
  }
}
