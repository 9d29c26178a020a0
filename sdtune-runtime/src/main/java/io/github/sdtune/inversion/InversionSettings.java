package io.github.sdtune.inversion;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.model.ClipTokenizer;
import io.github.sdtune.model.Placeholder;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.Purpose;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Textual inversion (Gal et al. 2022, https://arxiv.org/abs/2208.01618): a new word is learned, and
 * nothing else moves. Names are those of diffusers' {@code textual_inversion.py}.
 *
 * @param token the word, such as {@code <fox>}: what captions say (diffusers: {@code
 *     placeholder_token})
 * @param initializerText what its vectors are at first: one token of the vocabulary for all of
 *     them, or one for each (diffusers: {@code initializer_token})
 * @param vectors that it has (diffusers: {@code num_vectors})
 * @param templates captions of the pictures, one drawn at each use: {@code {}} stands for the word,
 *     {@code {caption}} for the picture's own caption; none: captions say the word themselves
 * @param learningRate the highest; absent: that of the training
 * @param weightDecay absent: that of the optimizer, as in diffusers
 * @param preserveNorm whether after each step vectors get the median norm of the vocabulary's, as
 *     by OneTrainer's {@code preserve_embedding_norm}
 */
public record InversionSettings(
    String token,
    String initializerText,
    int vectors,
    List<String> templates,
    Optional<Double> learningRate,
    Optional<Double> weightDecay,
    boolean preserveNorm) {
  private static final String PLACE = "<training><inversion>";
  private static final String WORD = "{}";
  private static final String CAPTION = "{caption}";

  public InversionSettings {
    templates = List.copyOf(templates);
    List<String> wrong = new ArrayList<>();
    try {
      new Placeholder(token, Math.max(1, vectors));
    } catch (SdtuneException e) {
      wrong.add(PLACE + e.getMessage().replaceFirst("^token", "<token>"));
    }
    require(!initializerText.isBlank(), "initializerText", "nothing", "such as toy", wrong);
    require(vectors >= 1, "vectors", vectors, "at least 1", wrong);
    for (String template : templates) {
      require(
          template.contains(WORD),
          "templates",
          "'" + template + "'",
          "{} where the token belongs: a photo of {}",
          wrong);
    }
    learningRate.ifPresent(
        rate ->
            require(rate > 0 && Double.isFinite(rate), "learningRate", rate, "more than 0", wrong));
    weightDecay.ifPresent(
        decay ->
            require(
                decay >= 0 && Double.isFinite(decay), "weightDecay", decay, "at least 0", wrong));
    if (!wrong.isEmpty()) {
      throw new SdtuneException(String.join("\n", wrong));
    }
  }

  private static void require(
      boolean holds, String name, Object found, String expected, List<String> wrong) {
    if (!holds) {
      wrong.add("%s<%s>: found %s, expected %s".formatted(PLACE, name, found, expected));
    }
  }

  public Placeholder placeholder() {
    return new Placeholder(token, vectors);
  }

  /** In a line, for a report. */
  public String summary() {
    return "textual inversion of %s, %d %s, from '%s'"
        .formatted(token, vectors, vectors == 1 ? "vector" : "vectors", initializerText);
  }

  /** All captions that a picture may get. */
  public List<String> captions(String caption) {
    return templates.isEmpty()
        ? List.of(caption)
        : templates.stream().map(template -> fill(template, caption)).toList();
  }

  /**
   * The caption that a picture gets.
   *
   * @param caption its own
   * @param item its id
   * @param occurrence how often it was used before
   */
  public String caption(String caption, KeyedRandom random, String item, int occurrence) {
    if (templates.isEmpty()) {
      return caption;
    }
    int drawn = random.below(Purpose.CAPTION_TEMPLATE, item, occurrence, templates.size());
    return fill(templates.get(drawn), caption);
  }

  private String fill(String template, String caption) {
    return template.replace(WORD, token).replace(CAPTION, caption);
  }

  /**
   * The vocabulary's tokens that the vectors are at first, one for each.
   *
   * @throws SdtuneException if the text has another number of them
   */
  public long[] initialIds(ClipTokenizer tokenizer) {
    List<String> tokens = tokenizer.tokens(initializerText);
    if (tokens.size() != 1 && tokens.size() != vectors) {
      throw new SdtuneException(
          ("%s<initializerText>: '%s' is %d tokens of the model's vocabulary, %s; expected one for"
                  + " all %s, or one for each: name another word, or set <vectors> to %d")
              .formatted(
                  PLACE,
                  initializerText,
                  tokens.size(),
                  tokens,
                  vectors == 1 ? "(<vectors> is 1)" : vectors + " vectors",
                  tokens.size()));
    }
    long[] ids = tokenizer.ids(initialText(tokens.size()));
    return Arrays.copyOfRange(ids, 1, ids.length - 1);
  }

  /**
   * A text as the base model understands it best: with the initializer in place of the word, once
   * for each vector. The states are those of the word before its first step.
   */
  public String withoutWord(String text, ClipTokenizer tokenizer) {
    return placeholder().replacedIn(text, initialText(tokenizer.tokens(initializerText).size()));
  }

  private String initialText(int tokens) {
    return String.join(" ", Collections.nCopies(tokens == 1 ? vectors : 1, initializerText));
  }
}
