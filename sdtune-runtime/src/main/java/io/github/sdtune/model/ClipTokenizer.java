package io.github.sdtune.model;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.Json;
import io.github.sdtune.tensor.Tensors;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * The byte-pair tokenizer of CLIP, read from a folder of a diffusers model. Thread-safe.
 *
 * <p>Placeholders have the ids that follow those of the vocabulary, and are found in texts as
 * transformers finds added tokens: anywhere, the longest first, in capitals or not.
 */
public final class ClipTokenizer implements AutoCloseable {
  private static final int REMEMBERED = 20_000;

  private final Path folder;
  private final HuggingFaceTokenizer tokenizer;
  private final int maxLength;
  private final long padId;
  private final long endId;
  private final long size;

  /** Of each placeholder the id of its first token, and how many it has. */
  private final Map<Long, Integer> placeholders;

  /** Texts of late: a training says the same ones in each epoch, and with a GPU each tells. */
  private final Map<String, long[]> known =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, long[]> eldest) {
              return size() > REMEMBERED;
            }
          });

  private ClipTokenizer(
      Path folder,
      HuggingFaceTokenizer tokenizer,
      int maxLength,
      long padId,
      long endId,
      long size,
      Map<Long, Integer> placeholders) {
    this.folder = folder;
    this.tokenizer = tokenizer;
    this.maxLength = maxLength;
    this.padId = padId;
    this.endId = endId;
    this.size = size;
    this.placeholders = placeholders;
  }

  /**
   * Reads {@code tokenizer.json}, or {@code vocab.json} and {@code merges.txt}, and beside them
   * {@code tokenizer_config.json}.
   *
   * @throws SdtuneException if files are missing or do not fit together
   */
  public static ClipTokenizer load(Path folder) {
    return load(folder, List.of());
  }

  private static ClipTokenizer load(Path folder, List<Placeholder> added) {
    Path configFile = folder.resolve("tokenizer_config.json");
    JsonNode config = Json.read(configFile, JsonNode.class);
    Path ready = folder.resolve("tokenizer.json");
    JsonNode json =
        Files.exists(ready) ? Json.read(ready, JsonNode.class) : TokenizerJson.assemble(folder);
    JsonNode vocabulary = json.path("model").path("vocab");
    long size = size(json);
    Map<Long, Integer> placeholders = add(folder, json, added, size);
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
          Files.exists(ready) && added.isEmpty()
              ? Files.readAllBytes(ready)
              : Json.line(json).getBytes(StandardCharsets.UTF_8);
      Map<String, String> options =
          Map.of(
              "truncation", "DO_NOT_TRUNCATE", "padding", "DO_NOT_PAD", "addSpecialTokens", "true");
      HuggingFaceTokenizer tokenizer =
          HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(bytes), options);
      return new ClipTokenizer(folder, tokenizer, maxLength, padId, endId, size, placeholders);
    } catch (IOException | RuntimeException e) {
      throw new SdtuneException(folder + ": not a CLIP tokenizer: " + e.getMessage(), e);
    }
  }

  /** The number after the highest id. */
  private static long size(JsonNode json) {
    long highest = -1;
    for (JsonNode id : json.path("model").path("vocab")) {
      highest = Math.max(highest, id.longValue());
    }
    for (JsonNode token : json.path("added_tokens")) {
      highest = Math.max(highest, token.path("id").longValue());
    }
    return highest + 1;
  }

  /** Adds placeholders to a tokenizer's JSON; of each the id of its first token and how many. */
  private static Map<Long, Integer> add(
      Path folder, JsonNode json, List<Placeholder> added, long size) {
    ArrayNode tokens = (ArrayNode) json.path("added_tokens");
    refuseKnown(folder, json, added);
    Map<Long, Integer> placeholders = new HashMap<>();
    long id = size;
    for (Placeholder placeholder : added) {
      placeholders.put(id, placeholder.vectors());
      for (String token : placeholder.tokens()) {
        tokens
            .addObject()
            .put("id", id++)
            .put("content", token)
            .put("single_word", false)
            .put("lstrip", false)
            .put("rstrip", false)
            .put("normalized", true)
            .put("special", false);
      }
    }
    return placeholders;
  }

  private static void refuseKnown(Path folder, JsonNode json, List<Placeholder> added) {
    Set<String> known = new HashSet<>();
    json.path("added_tokens").forEach(token -> known.add(lower(token.path("content").asText())));
    JsonNode vocabulary = json.path("model").path("vocab");
    for (Placeholder placeholder : added) {
      for (String token : placeholder.tokens()) {
        String word = lower(token);
        if (!known.add(word) || vocabulary.has(word) || vocabulary.has(word + "</w>")) {
          throw new SdtuneException(
              "%s: found in the vocabulary of %s already, in capitals or not; expected a token that"
                      .formatted(token, folder)
                  + " is new to it, such as <my-%s>".formatted(word.replaceAll("[<>]", "")));
        }
      }
    }
  }

  private static String lower(String token) {
    return token.toLowerCase(Locale.ROOT);
  }

  /**
   * Another tokenizer of the same folder, which knows these placeholders and no others.
   *
   * @throws SdtuneException for placeholders that are words of the vocabulary, or alike
   */
  public ClipTokenizer with(List<Placeholder> wanted) {
    return load(folder, wanted);
  }

  /** The number of ids without those of placeholders. */
  public long size() {
    return size;
  }

  /** Tokens that a text may have, with start and end. */
  public int maxLength() {
    return maxLength;
  }

  /** The ids of a text, with start and end, however many they are. */
  public long[] ids(String text) {
    return Arrays.stream(tokenizer.encode(text).getIds()).flatMap(this::expanded).toArray();
  }

  /** The first token of a placeholder stands for all of them. */
  private LongStream expanded(long id) {
    return LongStream.range(id, id + placeholders.getOrDefault(id, 1));
  }

  /** Whether a text says a placeholder. */
  public boolean hasPlaceholder(String text) {
    return Arrays.stream(ids(text)).anyMatch(id -> id >= size);
  }

  /** The tokens of a text, without start and end. */
  public List<String> tokens(String text) {
    String[] tokens = tokenizer.encode(text).getTokens();
    return List.of(tokens).subList(1, tokens.length - 1);
  }

  /** The ids of a text, cut and padded to {@link #maxLength}; a cut text keeps its end. */
  public long[] encode(String text) {
    return known.computeIfAbsent(text, this::cutAndPadded).clone();
  }

  private long[] cutAndPadded(String text) {
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
    return Tensors.owned(manager, ids, new Shape(texts.size(), maxLength));
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
