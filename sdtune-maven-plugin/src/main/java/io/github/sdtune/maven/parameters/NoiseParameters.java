package io.github.sdtune.maven.parameters;

import io.github.sdtune.train.InputPerturbation;
import io.github.sdtune.train.NoiseSettings;
import io.github.sdtune.train.OffsetNoise;
import io.github.sdtune.train.PyramidNoise;
import io.github.sdtune.train.TimestepDistribution;
import io.github.sdtune.train.TimestepSettings;
import java.util.Optional;

/** The part of {@code <training>} that says how noise and timesteps are drawn. */
public abstract class NoiseParameters extends MethodParameters {
  /** Strength of an offset common to a channel's noise; default: 0. */
  public Double noiseOffset;

  /** Whether each picture gets a random share of the offset; default: false. */
  public Boolean noiseOffsetRandomStrength;

  /** How much the latent's mean in a channel adds to the offset there; default: 0. */
  public Double noiseOffsetAdaptiveScale;

  /** Levels of pyramid noise at most; default: none. */
  public Integer pyramidNoiseIterations;

  /** What a level of pyramid noise counts of the finer one; default: 0.3. */
  public Double pyramidNoiseDiscount;

  /** Strength of noise in the input that the network is not asked for; default: none. */
  public Double inputPerturbation;

  /** Whether each picture gets a random share of the perturbation; default: false. */
  public Boolean inputPerturbationRandomStrength;

  /** The lowest timestep that is trained. */
  public int minTimestep;

  /** The timestep above the highest that is trained; default: all. */
  public Integer maxTimestep;

  /**
   * How often each timestep is trained: {@code uniform}, {@code logit-normal}, {@code mode}, {@code
   * cosmap} or {@code beta}.
   */
  public String timestepDistribution = "uniform";

  /** Mean of logit-normal, above 0 for more noise; default: 0. */
  public Double logitMean;

  /** Standard deviation of logit-normal; default: 1. */
  public Double logitStd;

  /** Scale of mode; default: 1.29. */
  public Double modeScale;

  /** Alpha of beta, below 1 for more of the timesteps with little noise. */
  public Double betaAlpha;

  /** Beta of beta; default: 1. */
  public Double betaBeta;

  /** The settings of noise and timesteps; plain ones if they are wrong. */
  final NoiseSettings noise(Checks checks) {
    return new NoiseSettings(
        noiseOffset == null
            ? Optional.empty()
            : checks.take(() -> offset(checks), Optional.empty()),
        pyramidNoiseIterations == null
            ? Optional.empty()
            : checks.take(() -> pyramid(checks), Optional.empty()),
        inputPerturbation == null
            ? Optional.empty()
            : checks.take(() -> perturbation(checks), Optional.empty()),
        checks.take(() -> timesteps(checks), TimestepSettings.UNIFORM));
  }

  private Optional<OffsetNoise> offset(Checks checks) {
    OffsetNoise offset =
        new OffsetNoise(
            noiseOffset,
            checks.or("noiseOffsetRandomStrength", noiseOffsetRandomStrength, false),
            checks.or("noiseOffsetAdaptiveScale", noiseOffsetAdaptiveScale, 0.0));
    return offset.strength() == 0 && offset.adaptiveScale() == 0
        ? Optional.empty()
        : Optional.of(offset);
  }

  private Optional<PyramidNoise> pyramid(Checks checks) {
    return Optional.of(
        new PyramidNoise(
            pyramidNoiseIterations, checks.or("pyramidNoiseDiscount", pyramidNoiseDiscount, 0.3)));
  }

  private Optional<InputPerturbation> perturbation(Checks checks) {
    return Optional.of(
        new InputPerturbation(
            inputPerturbation,
            checks.or("inputPerturbationRandomStrength", inputPerturbationRandomStrength, false)));
  }

  private TimestepSettings timesteps(Checks checks) {
    TimestepDistribution distribution =
        checks.take(() -> distribution(checks), new TimestepDistribution.Uniform());
    return new TimestepSettings(minTimestep, Optional.ofNullable(maxTimestep), distribution);
  }

  private TimestepDistribution distribution(Checks checks) {
    return switch (timestepDistribution) {
      case "uniform" -> new TimestepDistribution.Uniform();
      case "logit-normal" ->
          new TimestepDistribution.LogitNormal(
              checks.or("logitMean", logitMean, 0.0), checks.or("logitStd", logitStd, 1.0));
      case "mode" -> new TimestepDistribution.Mode(checks.or("modeScale", modeScale, 1.29));
      case "cosmap" -> new TimestepDistribution.CosMap();
      case "beta" -> {
        checks.require(betaAlpha != null, "betaAlpha", "nothing", "such as 0.8");
        yield new TimestepDistribution.Beta(
            betaAlpha == null ? 1 : betaAlpha, checks.or("betaBeta", betaBeta, 1.0));
      }
      default -> {
        checks.require(
            false,
            "timestepDistribution",
            timestepDistribution,
            "one of uniform, logit-normal, mode, cosmap, beta");
        yield new TimestepDistribution.Uniform();
      }
    };
  }
}
