package io.github.sdtune.maven.parameters;

import io.github.sdtune.train.LossSettings;
import io.github.sdtune.train.LossWeighting;
import io.github.sdtune.train.MaskSettings;
import java.util.Optional;

/** The part of {@code <training>} that says how errors are weighed. */
public abstract class LossParameters extends NoiseParameters {
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

  /** Whether errors count as much as the picture is opaque there; default: false. */
  public Boolean maskedLoss;

  /** What errors count at least in a masked loss; default: 0. */
  public Double unmaskedWeight;

  /** Whether a small opaque part counts as much as a large one; default: false. */
  public Boolean normalizeMaskedLoss;

  /** The settings of the loss; plain ones if they are wrong. */
  final LossSettings loss(Checks checks) {
    LossWeighting weighting =
        checks.take(
            () ->
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
                },
            new LossWeighting.Uniform());
    return new LossSettings(weighting, mask(checks));
  }

  private Optional<MaskSettings> mask(Checks checks) {
    if (!checks.or("maskedLoss", maskedLoss, false)) {
      return Optional.empty();
    }
    double least = checks.or("unmaskedWeight", unmaskedWeight, 0.0);
    boolean normalize = checks.or("normalizeMaskedLoss", normalizeMaskedLoss, false);
    return checks.take(() -> Optional.of(new MaskSettings(least, normalize)), Optional.empty());
  }

  /** What is chosen; a gamma is enough to choose min-SNR, as in diffusers. */
  final String weighting(Checks checks) {
    return checks.or("lossWeighting", lossWeighting, snrGamma == null ? "uniform" : "min-snr");
  }
}
