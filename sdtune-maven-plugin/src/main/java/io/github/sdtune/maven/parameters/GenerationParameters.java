package io.github.sdtune.maven.parameters;

import io.github.sdtune.evaluate.FeatureModel;
import io.github.sdtune.evaluate.GenerationSettings;
import java.util.Optional;

/**
 * {@code <generation>}: pictures that are drawn from captions of held-out pictures and compared
 * with real ones in the features of a network: {@code generated.kid} and others.
 */
public class GenerationParameters {
  /** Pictures that each model draws, 100 or more if a gate is to judge by them; 0: none. */
  public int pictures;

  /** Steps of DDIM; default: 20. */
  public Integer steps;

  /** Scale of classifier-free guidance; default: 7.5. */
  public Double guidanceScale;

  /** What to keep away from. */
  public String negativePrompt;

  /** Seed of the first picture; the next ones count up; default: 0. */
  public Long seed;

  /**
   * The network in whose features pictures are compared: a folder with {@code config.json} and
   * {@code model.safetensors}, or Maven coordinates of a zip of one; default: {@code
   * io.github.sdtune:efficientnet-lite0:1.0}.
   */
  public String featureNetwork;

  /** The settings; absent where no picture is to be drawn. The network is yet to be brought. */
  Optional<GenerationSettings> settings(Checks checks) {
    checks.require(pictures == 0 || pictures >= 2, "pictures", pictures, "0 (none), or at least 2");
    if (pictures == 0) {
      String alone = "nothing without <pictures>, how many are drawn";
      checks.require(steps == null, "steps", steps, alone);
      checks.require(guidanceScale == null, "guidanceScale", guidanceScale, alone);
      checks.require(negativePrompt == null, "negativePrompt", negativePrompt, alone);
      checks.require(seed == null, "seed", seed, alone);
      checks.require(featureNetwork == null, "featureNetwork", featureNetwork, alone);
      return Optional.empty();
    }
    int drawnIn = checks.or("steps", steps, 20);
    double guidance = checks.or("guidanceScale", guidanceScale, 7.5);
    checks.require(drawnIn >= 1 && drawnIn <= 1000, "steps", drawnIn, "1 to 1000");
    checks.require(
        guidance >= 0 && Double.isFinite(guidance), "guidanceScale", guidance, "at least 0");
    return Optional.of(
        new GenerationSettings(
            pictures,
            drawnIn,
            guidance,
            negativePrompt == null ? "" : negativePrompt,
            checks.or("seed", seed, 0L),
            FeatureModel.named(
                checks
                    .or("featureNetwork", featureNetwork, "io.github.sdtune:efficientnet-lite0:1.0")
                    .strip())));
  }
}
