package io.github.sdtune.maven.parameters;

import io.github.sdtune.train.LossSettings;
import io.github.sdtune.train.LossWeighting;
import io.github.sdtune.train.NoiseSettings;

/** The part of {@code <training>} that says how noise is drawn and errors are weighed. */
public abstract class NoiseParameters extends MethodParameters {
  /**
   * What the squared error at a timestep counts: {@code uniform}, {@code min-snr}, {@code
   * debiased}, {@code p2}, or {@code like-epsilon} for models that predict velocities. Default:
   * min-snr if there is a {@code snrGamma}, else uniform.
   */
  public String lossWeighting;

  /** Gamma of min-SNR weighting; default: 5, that of its paper. */
  public Double snrGamma;

  /** Gamma of P2 weighting; default: 1. */
  public Double p2Gamma;

  /** Strength of an offset common to a channel's noise. */
  public double noiseOffset;

  /** The settings of noise and timesteps; plain ones if they are wrong. */
  final NoiseSettings noise(Checks checks) {
    return checks.take(() -> new NoiseSettings(noiseOffset), NoiseSettings.PLAIN);
  }

  /** The settings of the loss; plain ones if they are wrong. */
  final LossSettings loss(Checks checks) {
    return checks.take(
        () ->
            new LossSettings(
                switch (weighting(checks)) {
                  case "uniform" -> new LossWeighting.Uniform();
                  case "min-snr" -> new LossWeighting.MinSnr(checks.or("snrGamma", snrGamma, 5.0));
                  case "debiased" -> new LossWeighting.Debiased();
                  case "p2" -> new LossWeighting.P2(checks.or("p2Gamma", p2Gamma, 1.0));
                  case "like-epsilon" -> new LossWeighting.LikeEpsilon();
                  default -> {
                    checks.require(
                        false,
                        "lossWeighting",
                        lossWeighting,
                        "one of uniform, min-snr, debiased, p2, like-epsilon");
                    yield new LossWeighting.Uniform();
                  }
                }),
        LossSettings.PLAIN);
  }

  /** What is chosen; a gamma is enough to choose min-SNR, as in diffusers. */
  final String weighting(Checks checks) {
    return checks.or("lossWeighting", lossWeighting, snrGamma == null ? "uniform" : "min-snr");
  }
}
