package io.github.sdtune.evaluate;

/**
 * How the Diffusion Classifier (https://arxiv.org/abs/2303.16203) is run.
 *
 * @param classPrompt prompt of a class, {@code {class}} standing for its name
 * @param minimumClassSize classes with fewer held-out pictures are left out
 * @param pictures held-out pictures at most
 * @param subset pictures of these that are classified at each validation during training
 * @param timesteps stratified timesteps
 * @param noises noises at each timestep
 */
public record ClassificationSettings(
    String classPrompt,
    int minimumClassSize,
    int pictures,
    int subset,
    int timesteps,
    int noises) {}
