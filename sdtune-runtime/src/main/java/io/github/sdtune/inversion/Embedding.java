package io.github.sdtune.inversion;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.model.CLIPTextModel;
import io.github.sdtune.model.Placeholder;
import io.github.sdtune.model.TextEncoders;
import io.github.sdtune.model.TokenVectors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * What was learned for a word.
 *
 * @param place where it comes from, for messages
 * @param token the word
 * @param vectors (n, hiddenSize) of the text encoders, by the names of their folders
 */
public record Embedding(String place, String token, SortedMap<String, NDArray> vectors) {
  /** Lets the prompts of a model say the words of these embeddings, and of no others. */
  public static void use(List<Embedding> embeddings, TextEncoders encoders) {
    Map<String, List<TokenVectors>> all = new LinkedHashMap<>();
    for (Embedding embedding : embeddings) {
      embedding.vectors.forEach(
          (part, rows) -> {
            embedding.check(part, rows, encoders.models().get(part));
            int count = Math.toIntExact(rows.getShape().get(0));
            all.computeIfAbsent(part, p -> new ArrayList<>())
                .add(new TokenVectors(new Placeholder(embedding.token, count), rows));
          });
    }
    encoders.setPlaceholders(all);
  }

  /** Whether a prompt says the word. */
  public boolean isSaid(String prompt) {
    return new Placeholder(token, 1).isIn(prompt);
  }

  private void check(String part, NDArray rows, CLIPTextModel model) {
    long found = rows.getShape().get(1);
    if (model == null || model.config().hiddenSize() != found) {
      throw new SdtuneException(
          "%s: its vectors for %s have %d numbers, but the base model %s; expected an embedding for this family of models"
              .formatted(
                  place,
                  part,
                  found,
                  model == null ? "has no such encoder" : "has " + model.config().hiddenSize()));
    }
  }
}
