package io.github.sdtune.plan;

import java.util.Optional;

/**
 * What one size of batch took.
 *
 * @param rows B
 * @param height of a latent, h
 * @param width of a latent, w
 * @param stepSeconds of a step of the optimizer
 * @param stepPeak highest memory in bytes while it ran; absent where that cannot be told
 * @param predictionSeconds of a prediction without gradients
 * @param predictionPeak highest memory while it ran
 */
public record Probe(
    int rows,
    int height,
    int width,
    double stepSeconds,
    Optional<Long> stepPeak,
    double predictionSeconds,
    Optional<Long> predictionPeak) {
  /** B h w. */
  public long places() {
    return (long) rows * height * width;
  }
}
