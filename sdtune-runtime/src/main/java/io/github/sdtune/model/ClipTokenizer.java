package io.github.sdtune.model;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The byte-pair tokenizer of CLIP, read from a folder of a diffusers model. Thread-safe. */
public final class ClipTokenizer implements AutoCloseable {
  private final HuggingFaceTokenizer tokenizer;
  private final int maxLength;
  private final long padId;
  private final long endId;

  private ClipTokenizer(HuggingFaceTokenizer tokenizer, int maxLength, long padId, long endId) {
    this.tokenizer = tokenizer;
    this.maxLength = maxLength;
    this.padId = padId;
    this.endId = endId;
  }

  /**
   * Reads {@code tokenizer.json}, or {@code vocab.json} and {@code merges.txt}, and beside them
   * {@code tokenizer_config.json}.
   *
   * @throws SdtuneException if files are missing or do not fit together
   */
  public static ClipTokenizer load(Path folder) {
    Path configFile = folder.resolve("tokenizer_config.json");
    JsonNode config = Json.read(configFile, JsonNode.class);
    Path ready = folder.resolve("tokenizer.json");
    JsonNode json =
        Files.exists(ready) ? Json.read(ready, JsonNode.class) : TokenizerJson.assemble(folder);
    JsonNode vocabulary = json.path("model").path("vocab");
    int maxLength = config.path("model_max_length").asInt();
    if (maxLength < 2 || maxLength > 10_000) {
      throw new SdtuneException(
          configFile
              + ": model_max_length: found "
              + config.path("model_max_length")
              + ", expected a number of tokens");
    }
    long padId = id(configFile, config, "pad_token", vocabulary);
    long endId = id(configFile, config, "eos_token", vocabulary);
    // Without its telemetry and its download of a CUDA build.
    System.setProperty("ai.djl.offline", System.getProperty("ai.djl.offline", "true"));
    try {
      byte[] bytes =
          Files.exists(ready)
              ? Files.readAllBytes(ready)
              : Json.line(json).getBytes(StandardCharsets.UTF_8);
      Map<String, String> options =
          Map.of(
              "truncation", "DO_NOT_TRUNCATE", "padding", "DO_NOT_PAD", "addSpecialTokens", "true");
      HuggingFaceTokenizer tokenizer =
          HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(bytes), options);
      return new ClipTokenizer(tokenizer, maxLength, padId, endId);
    } catch (IOException | RuntimeException e) {
      throw new SdtuneException(folder + ": not a CLIP tokenizer: " + e.getMessage(), e);
    }
  }

  /** Tokens that a text may have, with start and end. */
  public int maxLength() {
    return maxLength;
  }

  /** The ids of a text, with start and end, however many they are. */
  public long[] ids(String text) {
    return tokenizer.encode(text).getIds();
  }

  /** The ids of a text, cut and padded to {@link #maxLength}; a cut text keeps its end. */
  public long[] encode(String text) {
    long[] ids = ids(text);
    long[] padded = Arrays.copyOf(ids, maxLength);
    if (ids.length > maxLength) {
      padded[maxLength - 1] = endId;
    } else {
      Arrays.fill(padded, ids.length, maxLength, padId);
    }
    return padded;
  }

  /** The ids of texts, cut and padded: (B, maxLength), int64. */
  public NDArray encode(NDManager manager, List<String> texts) {
    long[] ids = texts.stream().map(this::encode).flatMapToLong(Arrays::stream).toArray();
    return manager.create(ids, new Shape(texts.size(), maxLength));
  }

  @Override
  public void close() {
    tokenizer.close();
  }

  /** The id of a special token, which newer files write as an object with its content. */
  private static long id(Path file, JsonNode config, String key, JsonNode vocabulary) {
    JsonNode token = config.path(key);
    String text = token.isObject() ? token.path("content").asText() : token.asText();
    JsonNode id = vocabulary.path(text);
    if (!id.isIntegralNumber()) {
      throw new SdtuneException(
          file + ": " + key + ": found " + token + ", which is not in the vocabulary");
    }
    return id.longValue();
  }
}
