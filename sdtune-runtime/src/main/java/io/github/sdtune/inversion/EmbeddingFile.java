package io.github.sdtune.inversion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.model.CLIPTextModel;
import io.github.sdtune.model.TextEncoders;
import io.github.sdtune.tensor.Safetensors;
import io.github.sdtune.tensor.Scope;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Files of embeddings. For one text encoder, one tensor (n, D): diffusers calls it by the word,
 * A1111 and kohya {@code emb_params}. For SDXL, two: {@code clip_l} and {@code clip_g}. diffusers,
 * A1111 and ComfyUI read both.
 */
public final class EmbeddingFile {
  /** As diffusers' script names it. */
  public static final String NAME = "learned_embeds.safetensors";

  /** The word, where the tensors' names do not say it. */
  private static final String TOKEN = "sdtune.token";

  private static final Map<String, String> SDXL =
      Map.of("clip_l", "text_encoder", "clip_g", "text_encoder_2");
  private static final Set<String> NAMELESS = Set.of("emb_params", "*", "clip_l", "clip_g");

  private EmbeddingFile() {}

  /**
   * Writes what was learned.
   *
   * @param metadata strings to keep in the file's header
   */
  public static void write(Path file, Embedding embedding, Map<String, String> metadata) {
    SortedMap<String, NDArray> tensors = new TreeMap<>();
    if (embedding.vectors().size() == 1) {
      tensors.put(embedding.token(), embedding.vectors().values().iterator().next());
    } else {
      SDXL.forEach((name, part) -> tensors.put(name, embedding.vectors().get(part)));
    }
    SortedMap<String, String> strings = new TreeMap<>(metadata);
    strings.put("format", "pt");
    strings.put(TOKEN, embedding.token());
    Safetensors.write(file, tensors, strings);
  }

  /**
   * Reads an embedding for a model.
   *
   * @param token the word; absent: as the file says, or else its name, as A1111 has it
   * @param encoders of the model: whose vectors a single tensor has, its width tells
   * @throws SdtuneException if it is no file of an embedding
   */
  public static Embedding read(
      Path file, Optional<String> token, TextEncoders encoders, NDManager manager) {
    refusePickle(file);
    try (Safetensors saved = Safetensors.open(file)) {
      Set<String> names = saved.names();
      if (names.size() != 1 && !names.equals(SDXL.keySet())) {
        throw new SdtuneException(
            "%s: found tensors %s, expected an embedding: one tensor, or clip_l and clip_g"
                .formatted(file, names.stream().limit(4).collect(Collectors.joining(", "))));
      }
      SortedMap<String, NDArray> vectors = new TreeMap<>();
      for (String name : names) {
        NDArray rows = rows(saved, name, manager);
        vectors.put(SDXL.containsKey(name) ? SDXL.get(name) : part(rows, encoders), rows);
      }
      String word = token.orElseGet(() -> word(file, saved));
      return new Embedding(file.toString(), word, vectors);
    }
  }

  /** (n, D); a single vector may be written as (D). */
  private static NDArray rows(Safetensors saved, String name, NDManager manager) {
    int dimensions = saved.shape(name).dimension();
    if (dimensions != 1 && dimensions != 2) {
      throw new SdtuneException(
          "%s: %s: found the shape %s, expected (vectors, width)"
              .formatted(saved.file(), name, saved.shape(name)));
    }
    NDArray rows = saved.read(name, manager);
    return dimensions == 2 ? rows : Scope.keep(rows.expandDims(0));
  }

  private static String part(NDArray rows, TextEncoders encoders) {
    long width = rows.getShape().get(1);
    Map<String, CLIPTextModel> models = encoders.models();
    return models.keySet().stream()
        .filter(part -> models.get(part).config().hiddenSize() == width)
        .findFirst()
        .orElse(models.keySet().iterator().next()); // Embedding.use says what does not fit.
  }

  private static String word(Path file, Safetensors saved) {
    String only = saved.names().iterator().next();
    String byDefault =
        NAMELESS.contains(only)
            ? file.getFileName().toString().replaceFirst("\\.safetensors$", "")
            : only;
    return saved.metadata().getOrDefault(TOKEN, byDefault);
  }

  /** Python's own format can run any code when it is read; it begins as a zip or as a pickle. */
  private static void refusePickle(Path file) {
    byte[] start;
    try (InputStream in = Files.newInputStream(file)) {
      start = in.readNBytes(2);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read: " + e.getMessage(), e);
    }
    boolean zip = start.length == 2 && start[0] == 'P' && start[1] == 'K';
    boolean pickle = start.length == 2 && (start[0] & 0xFF) == 0x80 && start[1] <= 5;
    if (zip || pickle) {
      throw new SdtuneException(
          file
              + ": found a pickle, which can run any code when it is read; expected a .safetensors"
              + " file: take the one that was published beside it, or convert it where you trust"
              + " it, with torch.load and safetensors.torch.save_file({token: vectors})");
    }
  }
}
