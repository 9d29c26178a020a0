package io.github.sdtune.evaluate;

import java.util.List;

/**
 * Pictures that the base and the tuned model draw for the report.
 *
 * @param prompts what to draw; empty: the captions of the first validation pictures of each class
 * @param count pictures in all
 * @param steps of DDIM
 * @param guidanceScale of classifier-free guidance
 * @param negativePrompt what to keep away from
 * @param seed of the first picture; the next ones count up
 */
public record SampleSettings(
    List<String> prompts,
    int count,
    int steps,
    double guidanceScale,
    String negativePrompt,
    long seed) {
  public SampleSettings {
    prompts = List.copyOf(prompts);
  }

  /** Predictions of the UNet that so many pictures take: with guidance, two a step. */
  public int predictions(int pictures) {
    return pictures * steps * (guidanceScale > 1 ? 2 : 1);
  }

  SampleSettings withSeed(long other) {
    return new SampleSettings(prompts, count, steps, guidanceScale, negativePrompt, other);
  }
}
