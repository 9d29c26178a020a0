package io.github.sdtune.train;

/**
 * How squared errors become a loss.
 *
 * @param weighting what the errors at a timestep count
 */
public record LossSettings(LossWeighting weighting) {
  /** The mean squared error. */
  public static final LossSettings PLAIN = new LossSettings(new LossWeighting.Uniform());
}
