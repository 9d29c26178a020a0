package io.github.sdtune.checkpoint;

import io.github.sdtune.io.AtomicFile;
import io.github.sdtune.io.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** CLIP's byte pair encoding as the published folders have it. */
final class Tokenizers {
  private static final String END = "<|endoftext|>";

  private Tokenizers() {}

  /**
   * Writes {@code vocab.json}, {@code merges.txt} and the two configurations.
   *
   * @param name {@code tokenizer} or {@code tokenizer_2}
   */
  static void write(Family family, String name, Path folder) throws IOException {
    Files.createDirectories(folder);
    for (String file : new String[] {"vocab.json", "merges.txt"}) {
      AtomicFile.write(folder.resolve(file), Resources.bytes("tokenizer/" + file));
    }
    // OpenCLIP pads with the token 0, "!", OpenAI's CLIP with the end of the text.
    boolean open = family == Family.SD2 || name.equals("tokenizer_2");
    Map<String, Object> special = new TreeMap<>();
    special.put("bos_token", "<|startoftext|>");
    special.put("eos_token", END);
    special.put("pad_token", open ? "!" : END);
    special.put("unk_token", END);
    Json.write(folder.resolve("special_tokens_map.json"), special);
    Map<String, Object> config = new TreeMap<>(special);
    config.put("add_prefix_space", false);
    config.put("do_lower_case", true);
    config.put("errors", "replace");
    config.put("model_max_length", 77);
    config.put("tokenizer_class", "CLIPTokenizer");
    Json.write(folder.resolve("tokenizer_config.json"), config);
  }
}
