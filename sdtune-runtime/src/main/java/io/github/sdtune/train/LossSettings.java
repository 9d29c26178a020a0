package io.github.sdtune.train;

import java.util.Optional;

/**
 * How squared errors become a loss.
 *
 * @param snrGamma gamma of min-SNR weighting (https://arxiv.org/abs/2303.09556); absent: unweighted
 */
public record LossSettings(Optional<Double> snrGamma) {
  /** The mean squared error. */
  public static final LossSettings PLAIN = new LossSettings(Optional.empty());

  public LossSettings {
    Findings findings = new Findings();
    snrGamma.ifPresent(gamma -> findings.require(gamma > 0, "snrGamma", gamma, "more than 0"));
    findings.done();
  }
}
