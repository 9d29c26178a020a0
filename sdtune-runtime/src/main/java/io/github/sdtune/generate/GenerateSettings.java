package io.github.sdtune.generate;

import io.github.sdtune.model.Precision;
import java.util.List;
import java.util.Optional;

/**
 * What to draw, and how.
 *
 * @param prompts at least one
 * @param negativePrompt what to keep away from; absent: diffusers' default for the model
 * @param seed of the first picture; the next ones count up
 * @param sampler diffusers' class name or an alias; absent: the one that the model names
 * @param width in pixels; absent: what the model was trained on
 * @param height in pixels; absent: what the model was trained on
 * @param batchSize pictures in a forward pass; changes the speed alone
 * @param imagesPerPrompt pictures of each prompt, one after the other
 * @param weights the type of the weights in memory
 */
public record GenerateSettings(
    List<String> prompts,
    Optional<String> negativePrompt,
    long seed,
    int steps,
    double guidanceScale,
    Optional<String> sampler,
    Optional<Integer> width,
    Optional<Integer> height,
    int batchSize,
    int imagesPerPrompt,
    NoiseGenerator generator,
    Precision weights) {
  public GenerateSettings {
    prompts = List.copyOf(prompts);
  }

  /** Pictures in all. */
  public int count() {
    return Math.multiplyExact(prompts.size(), imagesPerPrompt);
  }

  /** The prompt of a picture, counted from 0. */
  public String prompt(int picture) {
    return prompts.get(picture / imagesPerPrompt);
  }

  /** The seed of a picture, counted from 0. */
  public long seed(int picture) {
    return seed + picture;
  }
}
