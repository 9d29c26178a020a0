package io.github.sdtune.metric;

/**
 * The training picture that is nearest to a drawn one, in latent space.
 *
 * @param file in the dataset
 * @param distance root of the mean squared difference of the latents
 * @param picture file of a small copy, relative to metrics.json
 */
public record NearestPicture(String file, double distance, String picture) {}
