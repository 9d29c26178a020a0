package io.github.sdtune.metric;

/**
 * One prompt drawn by the base and by the tuned model from the same seed.
 *
 * @param base file of the base's picture, relative to metrics.json
 * @param tuned file of the tuned model's picture, relative to metrics.json
 */
public record Sample(String prompt, long seed, String base, String tuned) {}
