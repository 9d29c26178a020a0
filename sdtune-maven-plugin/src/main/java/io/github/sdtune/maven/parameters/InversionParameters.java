package io.github.sdtune.maven.parameters;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.inversion.InversionSettings;
import io.github.sdtune.inversion.Templates;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code <inversion>}: the word that textual inversion learns, with the names of diffusers' {@code
 * textual_inversion.py}. Beside another method it is learned with it.
 */
public class InversionParameters {
  /**
   * The word, which is new to the model: {@code <fox>}, its brackets escaped in a POM. Required.
   */
  public String token;

  /**
   * What it is at first: one token of the model's vocabulary for all vectors, or one for each. The
   * base model is measured with it in the word's place. Required.
   */
  public String initializerText;

  /** Vectors that it has, each as long as a token of a prompt. */
  public int vectors = 1;

  /**
   * Captions, one drawn at each use of a picture: <code>{}</code> stands for the word, <code>
   * {caption}</code> for the picture's own caption. Default: captions say the word themselves.
   */
  public List<String> templates = new ArrayList<>();

  /** Instead of templates: {@code object} or {@code style} for the lists of the paper. */
  public String learnableProperty;

  /** The highest learning rate of the vectors; default: that of the training. */
  public Double learningRate;

  /** Weight decay of the vectors; default: that of the optimizer. */
  public Double weightDecay;

  /** Whether vectors get the median norm of the vocabulary's after each step. */
  public boolean preserveNorm;

  InversionSettings settings() {
    Checks checks = new Checks("training><inversion");
    checks.require(token != null, "token", "nothing", "a new word, such as <fox>");
    checks.require(
        initializerText != null, "initializerText", "nothing", "a word to begin from, such as toy");
    checks.require(
        templates.isEmpty() || learnableProperty == null,
        "learnableProperty",
        learnableProperty,
        "nothing beside <templates>");
    List<String> captions = checks.take(this::captions, List.of());
    InversionSettings settings =
        checks.take(
            () ->
                new InversionSettings(
                    token == null ? "<word>" : token,
                    initializerText == null ? "word" : initializerText,
                    vectors,
                    captions,
                    Optional.ofNullable(learningRate),
                    Optional.ofNullable(weightDecay),
                    preserveNorm),
            null);
    checks.done();
    return settings;
  }

  private List<String> captions() {
    if (learnableProperty == null) {
      return templates;
    }
    return switch (learnableProperty) {
      case "object" -> Templates.object();
      case "style" -> Templates.style();
      default ->
          throw new SdtuneException(
              "<training><inversion><learnableProperty>: found "
                  + learnableProperty
                  + ", expected object or style");
    };
  }
}
