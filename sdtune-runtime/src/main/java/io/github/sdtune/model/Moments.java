package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;

/**
 * The normal distribution of a picture's latents, before scaling.
 *
 * @param mean (B, 4, h, w)
 * @param logvar logarithm of the variance, from -30 to 20, (B, 4, h, w)
 */
public record Moments(NDArray mean, NDArray logvar) {}
