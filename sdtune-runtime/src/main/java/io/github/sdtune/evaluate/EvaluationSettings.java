package io.github.sdtune.evaluate;

/**
 * What is measured, and how.
 *
 * @param seed of the noise, keyed by picture and timestep
 * @param timesteps stratified timesteps of the validation loss
 * @param batchSize pictures in a forward pass; changes the speed alone
 */
public record EvaluationSettings(
    long seed,
    int timesteps,
    int batchSize,
    ClassificationSettings classification,
    SampleSettings samples) {}
