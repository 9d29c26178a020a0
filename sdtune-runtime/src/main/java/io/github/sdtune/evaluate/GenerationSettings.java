package io.github.sdtune.evaluate;

import java.util.List;

/**
 * Pictures that are drawn from captions of held-out pictures, to be compared with real ones.
 *
 * @param pictures in all, at least 2
 * @param steps of DDIM
 * @param guidanceScale of classifier-free guidance
 * @param negativePrompt what to keep away from
 * @param seed of the first picture; the next ones count up
 * @param network in whose features they are compared
 */
public record GenerationSettings(
    int pictures,
    int steps,
    double guidanceScale,
    String negativePrompt,
    long seed,
    FeatureModel network) {

  /** Settings of some of the pictures, the first of which has that index. */
  SampleSettings samples(int first, int count) {
    return new SampleSettings(List.of(), count, steps, guidanceScale, negativePrompt, seed + first);
  }

  /** Predictions of the UNet that all pictures take. */
  public int predictions() {
    return samples(0, pictures).predictions(pictures);
  }

  /** The same with the network brought. */
  public GenerationSettings with(FeatureModel brought) {
    return new GenerationSettings(pictures, steps, guidanceScale, negativePrompt, seed, brought);
  }

  GenerationSettings withSeed(long other) {
    return new GenerationSettings(pictures, steps, guidanceScale, negativePrompt, other, network);
  }
}
