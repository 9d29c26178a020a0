package io.github.sdtune.diffusion;

/**
 * A sampler and what others call it.
 *
 * @param title as A1111 writes it: {@code Euler a}
 * @param karras whether the noise levels are spaced as Karras et al. do
 */
public record NamedScheduler(Scheduler scheduler, String title, boolean karras) {}
