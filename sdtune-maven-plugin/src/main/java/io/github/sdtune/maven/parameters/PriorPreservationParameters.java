package io.github.sdtune.maven.parameters;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.train.PriorPreservation;
import java.io.File;
import java.nio.file.Path;
import java.util.Optional;

/**
 * {@code <priorPreservation>}: what the model is to go on drawing of the subject's class. Defaults
 * are those of diffusers' {@code train_dreambooth_lora.py}.
 */
public class PriorPreservationParameters {
  /**
   * What the class is called, without the word for the subject: {@code a photo of a dog}. Required.
   */
  public String classPrompt;

  /** Folder of pictures of the class; default: all are drawn by the base model. */
  public File directory;

  /** Pictures of the class at least; what is missing is drawn by the base model. */
  public int pictures = 100;

  /** Steps of the sampler that draws; default: 50. */
  public Integer steps;

  /** Scale of classifier-free guidance; default: 7.5. */
  public Double guidanceScale;

  /** diffusers' name of a scheduler, or an alias; default: the one that the model names. */
  public String sampler;

  /** Seed of the first picture that is drawn, the next ones count up; default: 0. */
  public Long seed;

  /** Pictures that are drawn in a forward pass; default: 4. */
  public Integer batchSize;

  /** What the error of the class counts beside that of the subject. */
  public double weight = 1;

  /** The settings; null if they are wrong. */
  PriorPreservation settings(Checks checks) {
    checks.require(classPrompt != null, "classPrompt", "nothing", "what the class is called");
    Optional<Path> given = checks.take(this::folder, Optional.<Path>empty());
    requireDrawing(checks);
    return checks.take(
        () ->
            new PriorPreservation(
                classPrompt == null ? "nothing" : classPrompt.strip(),
                given,
                pictures,
                checks.or("steps", steps, 50),
                checks.or("guidanceScale", guidanceScale, 7.5),
                Optional.ofNullable(sampler),
                checks.or("seed", seed, 0L),
                checks.or("batchSize", batchSize, 4),
                weight),
        null);
  }

  private Optional<Path> folder() {
    if (directory != null && !directory.isDirectory()) {
      throw new SdtuneException(
          "<training><priorPreservation><directory>: there is no folder "
              + directory
              + ", expected pictures of the class; leave it out to have all of them drawn");
    }
    return Optional.ofNullable(directory).map(file -> file.toPath().toAbsolutePath().normalize());
  }

  /** What says how to draw does nothing where nothing is drawn. */
  private void requireDrawing(Checks checks) {
    String expected = "nothing beside <pictures> 0: then nothing is drawn";
    checks.require(pictures != 0 || steps == null, "steps", steps, expected);
    checks.require(
        pictures != 0 || guidanceScale == null, "guidanceScale", guidanceScale, expected);
    checks.require(pictures != 0 || sampler == null, "sampler", sampler, expected);
    checks.require(pictures != 0 || seed == null, "seed", seed, expected);
    checks.require(pictures != 0 || batchSize == null, "batchSize", batchSize, expected);
  }
}
