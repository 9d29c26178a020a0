package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.checkpoint.Family;
import io.github.sdtune.io.Json;
import io.github.sdtune.tensor.Scope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The text encoders of a diffusers folder with their tokenizers: one for SD1.x and SD2.x, two for
 * SDXL (https://arxiv.org/abs/2307.01952, section 2.1).
 */
public final class TextEncoders implements AutoCloseable {
  private static final String FIRST = "text_encoder";
  private static final String SECOND = "text_encoder_2";

  private record Part(ClipTokenizer tokenizer, CLIPTextModel model) {
    static Part load(
        Path folder, String tokenizer, String encoder, NDManager manager, Precision precision) {
      ClipTokenizer loaded = ClipTokenizer.load(folder.resolve(tokenizer));
      try {
        return new Part(loaded, CLIPTextModel.load(folder.resolve(encoder), manager, precision));
      } catch (RuntimeException e) {
        loaded.close();
        throw e;
      }
    }

    /** (B, L); those of placeholders follow the encoder's vocabulary, not the tokenizer's. */
    NDArray ids(List<String> prompts) {
      NDArray ids = tokenizer.encode(model.manager(), prompts);
      long gap = model.config().vocabSize() - tokenizer.size();
      return gap == 0
          ? ids
          : ids.add(ids.gte(tokenizer.size()).toType(DataType.INT64, false).mul(gap));
    }

    void close() {
      tokenizer.close();
      model.close();
    }
  }

  private final Map<String, Part> parts;
  private final boolean zerosForNoPrompt;

  private TextEncoders(Map<String, Part> parts, boolean zerosForNoPrompt) {
    this.parts = parts;
    this.zerosForNoPrompt = zerosForNoPrompt;
  }

  /**
   * Reads {@code text_encoder} and {@code tokenizer}, and {@code text_encoder_2} and {@code
   * tokenizer_2} where there is one; the weights belong to children of the manager.
   *
   * @param folder of the whole model
   * @throws SdtuneException naming the file that is missing or wrong
   */
  public static TextEncoders load(Path folder, NDManager manager) {
    return load(folder, manager, Precision.FLOAT32);
  }

  /** Reads a folder as {@link #load(Path, NDManager)}; weights have the given type in memory. */
  public static TextEncoders load(Path folder, NDManager manager, Precision precision) {
    boolean second = Files.isDirectory(folder.resolve(SECOND));
    if (second && !Files.isDirectory(folder.resolve(FIRST))) {
      throw new SdtuneException(
          folder
              + ": there is a text_encoder_2 but no text_encoder: this is SDXL's refiner, which is"
              + " not supported; take the base model");
    }
    Map<String, Part> parts = new LinkedHashMap<>();
    try {
      parts.put(FIRST, Part.load(folder, "tokenizer", FIRST, manager, precision));
      if (second) {
        Part part = Part.load(folder, "tokenizer_2", SECOND, manager, precision);
        parts.put(SECOND, part);
        if (!part.model.hasProjection()) {
          throw new SdtuneException(
              folder.resolve(SECOND)
                  + ": there is no text_projection.weight; expected CLIPTextModelWithProjection, as"
                  + " SDXL has it");
        }
      }
      return new TextEncoders(parts, second && zerosForNoPrompt(folder));
    } catch (RuntimeException e) {
      parts.values().forEach(Part::close);
      throw e;
    }
  }

  /** diffusers' default for SDXL is true. */
  private static boolean zerosForNoPrompt(Path folder) {
    Path index = folder.resolve("model_index.json");
    return !Files.exists(index)
        || Json.read(index, JsonNode.class).path("force_zeros_for_empty_prompt").asBoolean(true);
  }

  /** The family, which the encoders tell: OpenAI's CLIP, OpenCLIP, or both. */
  public Family family() {
    if (parts.containsKey(SECOND)) {
      return Family.SDXL;
    }
    boolean quick = parts.get(FIRST).model.config().hiddenAct().equals("quick_gelu");
    return quick ? Family.SD1 : Family.SD2;
  }

  /** The encoders by the names of their folders. */
  public Map<String, CLIPTextModel> models() {
    Map<String, CLIPTextModel> models = new LinkedHashMap<>();
    parts.forEach((name, part) -> models.put(name, part.model));
    return Collections.unmodifiableMap(models);
  }

  /** The tokenizers by the names of their encoders' folders. */
  public Map<String, ClipTokenizer> tokenizers() {
    Map<String, ClipTokenizer> tokenizers = new LinkedHashMap<>();
    parts.forEach((name, part) -> tokenizers.put(name, part.tokenizer));
    return Collections.unmodifiableMap(tokenizers);
  }

  /**
   * Lets texts say placeholders, these and no others.
   *
   * @param vectors of each encoder, by the name of its folder; where an encoder has none, it reads
   *     a placeholder as any other text. A single one's array is used as it is, so that it can be
   *     trained
   * @throws SdtuneException for placeholders that are words of the vocabulary, or alike
   */
  public void setPlaceholders(Map<String, List<TokenVectors>> vectors) {
    for (Map.Entry<String, Part> entry : parts.entrySet()) {
      List<TokenVectors> own = vectors.getOrDefault(entry.getKey(), List.of());
      Part part = entry.getValue();
      ClipTokenizer tokenizer =
          part.tokenizer.with(own.stream().map(TokenVectors::placeholder).toList());
      part.tokenizer.close();
      entry.setValue(new Part(tokenizer, part.model));
      part.model.setVectors(rows(own));
    }
  }

  /** The vectors of all, one below the other. */
  private static Optional<NDArray> rows(List<TokenVectors> all) {
    if (all.size() < 2) {
      return all.stream().map(TokenVectors::vectors).findFirst();
    }
    NDList list = new NDList(all.stream().map(TokenVectors::vectors).toList());
    return Optional.of(Scope.keep(NDArrays.concat(list)));
  }

  /** Tokens that a prompt may have, with start and end; what is beyond is cut off. */
  public int maxLength() {
    return parts.values().stream().mapToInt(part -> part.tokenizer.maxLength()).min().orElseThrow();
  }

  /** Tokens of a prompt, with start and end, before it is cut. */
  public int length(String prompt) {
    return parts.values().stream()
        .mapToInt(part -> part.tokenizer.ids(prompt).length)
        .max()
        .orElseThrow();
  }

  /** What the UNet is told of prompts; gradients flow. */
  public TextStates encode(List<String> prompts) {
    Part first = parts.get(FIRST);
    Part second = parts.get(SECOND);
    try (Scope scope = new Scope()) {
      if (second == null) {
        NDArray context = scope.result(first.model.forward(first.ids(prompts)));
        return new TextStates(context, Optional.empty());
      }
      NDArray ids = second.ids(prompts);
      CLIPTextModel.States states = second.model.states(ids);
      NDArray pooled = second.model.project(second.model.pooled(states.lastHidden(), ids));
      // (B, L, D1) and (B, L, D2) -> (B, L, D1+D2)
      NDArray context = first.model.penultimate(first.ids(prompts)).concat(states.penultimate(), 2);
      return new TextStates(scope.result(context), Optional.of(scope.result(pooled)));
    }
  }

  /**
   * What guidance leads away from where no negative prompt is given: zeros where {@code
   * model_index.json} says {@code force_zeros_for_empty_prompt} (SDXL), else the states of the
   * empty text. A negative prompt that is given but empty is for {@link #encode}, as in diffusers.
   */
  public TextStates withoutPrompt(int count) {
    try (Scope scope = new Scope()) {
      TextStates states = encode(Collections.nCopies(count, ""));
      return zerosForNoPrompt
          ? new TextStates(
              scope.result(states.context().zerosLike()),
              states.pooled().map(pooled -> scope.result(pooled.zerosLike())))
          : new TextStates(scope.result(states.context()), states.pooled().map(scope::result));
    }
  }

  @Override
  public void close() {
    parts.values().forEach(Part::close);
  }
}
