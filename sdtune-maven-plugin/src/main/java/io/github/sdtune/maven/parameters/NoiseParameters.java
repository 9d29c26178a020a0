package io.github.sdtune.maven.parameters;

import io.github.sdtune.train.LossSettings;
import io.github.sdtune.train.NoiseSettings;
import java.util.Optional;

/** The part of {@code <training>} that says how noise is drawn and errors are weighed. */
public abstract class NoiseParameters extends MethodParameters {
  /** Gamma of min-SNR weighting, 5 in its paper; default: unweighted. */
  public Double snrGamma;

  /** Strength of an offset common to a channel's noise. */
  public double noiseOffset;

  /** The settings of noise and timesteps; plain ones if they are wrong. */
  final NoiseSettings noise(Checks checks) {
    return checks.take(() -> new NoiseSettings(noiseOffset), NoiseSettings.PLAIN);
  }

  /** The settings of the loss; plain ones if they are wrong. */
  final LossSettings loss(Checks checks) {
    return checks.take(() -> new LossSettings(Optional.ofNullable(snrGamma)), LossSettings.PLAIN);
  }
}
