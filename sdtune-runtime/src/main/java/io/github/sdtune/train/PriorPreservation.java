package io.github.sdtune.train;

import io.github.sdtune.dataset.DatasetSettings;
import io.github.sdtune.generate.GenerateSettings;
import io.github.sdtune.generate.NoiseGenerator;
import io.github.sdtune.model.Precision;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Prior preservation of DreamBooth (Ruiz et al. 2022, https://arxiv.org/abs/2208.12242): beside the
 * pictures of one subject the model goes on learning what it draws of the subject's class, so that
 * not every dog becomes this dog. The loss is that of diffusers' {@code train_dreambooth_lora.py}:
 * the error of the subject's pictures plus {@code weight} times that of the class's.
 *
 * @param classPrompt what the class is called, without the word for the subject: a photo of a dog
 * @param directory of class pictures that are given; absent: all are drawn
 * @param pictures of the class at least: what is missing beside the given ones, the base model
 *     draws before anything is trained
 * @param steps of the sampler
 * @param guidanceScale of classifier-free guidance
 * @param sampler diffusers' class name or an alias; absent: the one that the model names
 * @param seed of the first picture; the next ones count up
 * @param batchSize pictures in a forward pass of the drawing
 * @param weight lambda, what the class counts beside the subject
 */
public record PriorPreservation(
    String classPrompt,
    Optional<Path> directory,
    int pictures,
    int steps,
    double guidanceScale,
    Optional<String> sampler,
    long seed,
    int batchSize,
    double weight) {
  public PriorPreservation {
    int least = directory.isPresent() ? 0 : 1;
    new Findings()
        .requireAlso(
            !classPrompt.isBlank(), name("classPrompt"), "nothing", "what the class is called")
        .require(pictures >= least, name("pictures"), pictures, "at least " + least)
        .require(steps >= 1 && steps <= 1000, name("steps"), steps, "1 to 1000")
        .require(
            guidanceScale >= 0 && Double.isFinite(guidanceScale),
            name("guidanceScale"),
            guidanceScale,
            "at least 0 (1: none)")
        .require(batchSize >= 1, name("batchSize"), batchSize, "at least 1")
        .require(
            weight > 0 && Double.isFinite(weight),
            name("weight"),
            weight,
            "more than 0; leave <priorPreservation> out to train without")
        .done();
  }

  private static String name(String child) {
    return "priorPreservation><" + child;
  }

  /** What cannot be beside a dataset, a sentence each. */
  public List<String> contradictions(DatasetSettings dataset) {
    List<String> sentences = new ArrayList<>();
    if (dataset.instancePrompt().equals(Optional.of(classPrompt))) {
      sentences.add(
          "<training><priorPreservation><classPrompt>: found '"
              + classPrompt
              + "', which is the <dataset><instancePrompt>; expected it without the word for the"
              + " subject");
    }
    if (dataset.buckets().isPresent()) {
      sentences.add(
          "<training><priorPreservation>: found it beside <dataset><buckets>, expected one of them:"
              + " a picture of the class, a square, cannot be in a batch with one of another size");
    }
    Path pictures = dataset.directory();
    directory
        .filter(given -> given.startsWith(pictures) || pictures.startsWith(given))
        .ifPresent(
            given ->
                sentences.add(
                    "<training><priorPreservation><directory>: found "
                        + given
                        + ", expected a folder beside <dataset><directory>, "
                        + pictures
                        + ": pictures of the class and of the subject are told apart by it"));
    return sentences;
  }

  /**
   * What each row counts: the mean over a batch's rows of the subject, plus {@code weight} times
   * the mean over as many of the class.
   */
  public float[] rowWeights(int batch) {
    float[] weights = new float[2 * batch];
    Arrays.fill(weights, 0, batch, 1f / batch);
    Arrays.fill(weights, batch, 2 * batch, (float) (weight / batch));
    return weights;
  }

  /** How the base model draws the first {@code count} pictures of the class, square ones. */
  public GenerateSettings drawing(int count, int resolution, Precision weights) {
    return new GenerateSettings(
        List.of(classPrompt),
        Optional.empty(),
        seed,
        steps,
        guidanceScale,
        sampler,
        Optional.of(resolution),
        Optional.of(resolution),
        batchSize,
        count,
        NoiseGenerator.KEYED,
        weights);
  }
}
