package io.github.sdtune.evaluate;

import java.util.Optional;

/**
 * What is measured, and how.
 *
 * @param seed of the noise, keyed by picture and timestep
 * @param timesteps stratified timesteps of the losses
 * @param batchSize pictures in a forward pass; changes the speed alone
 * @param trainingSubset pictures of the training whose loss is measured as the validation loss is,
 *     at most; 0: none
 * @param retention pictures of what the base knew before; absent: none
 * @param generation pictures to compare with real ones in features; absent: none
 * @param clip a CLIP model that the samples are measured by; absent: none
 * @param captionMatching whether pictures are found by their captions; absent: not asked
 */
public record EvaluationSettings(
    long seed,
    int timesteps,
    int batchSize,
    int trainingSubset,
    Optional<RetentionSettings> retention,
    ClassificationSettings classification,
    SampleSettings samples,
    MemorisationSettings memorisation,
    Optional<GenerationSettings> generation,
    Optional<FeatureModel> clip,
    Optional<CaptionMatchingSettings> captionMatching) {

  /** Without what costs more. */
  public EvaluationSettings(
      long seed,
      int timesteps,
      int batchSize,
      int trainingSubset,
      Optional<RetentionSettings> retention,
      ClassificationSettings classification,
      SampleSettings samples,
      MemorisationSettings memorisation) {
    this(
        seed,
        timesteps,
        batchSize,
        trainingSubset,
        retention,
        classification,
        samples,
        memorisation,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** The same under seeds that are further on, of noise and of all that is drawn. */
  public EvaluationSettings withSeedsAfter(long distance) {
    return new EvaluationSettings(
        seed + distance,
        timesteps,
        batchSize,
        trainingSubset,
        retention,
        classification,
        samples.withSeed(samples.seed() + distance),
        memorisation,
        generation.map(g -> g.withSeed(g.seed() + distance)),
        clip,
        captionMatching);
  }

  /** The same with other networks to measure drawn pictures by. */
  public EvaluationSettings with(
      Optional<GenerationSettings> otherGeneration, Optional<FeatureModel> otherClip) {
    return new EvaluationSettings(
        seed,
        timesteps,
        batchSize,
        trainingSubset,
        retention,
        classification,
        samples,
        memorisation,
        otherGeneration,
        otherClip,
        captionMatching);
  }
}
