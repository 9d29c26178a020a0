package io.github.sdtune.maven.parameters;

import io.github.sdtune.evaluate.CaptionMatchingSettings;
import java.util.Optional;

/**
 * {@code <captionMatching>}: whether the caption of a held-out picture is found among those of
 * others, {@code captions.accuracy} and {@code captions.margin}.
 */
public class CaptionMatchingParameters {
  /** Held-out pictures at most; 0: none. */
  public int pictures;

  /** Captions to choose from, the picture's own among them; default: 4. */
  public Integer candidates;

  /** Stratified timesteps; default: 8. */
  public Integer timesteps;

  /** Noises at each timestep; default: 1. */
  public Integer noises;

  /** The settings; absent where no picture is to be matched. */
  Optional<CaptionMatchingSettings> settings(Checks checks) {
    checks.require(pictures >= 0, "pictures", pictures, "at least 0 (0: none)");
    if (pictures <= 0) {
      String alone = "nothing without <pictures>, how many are matched";
      checks.require(candidates == null, "candidates", candidates, alone);
      checks.require(timesteps == null, "timesteps", timesteps, alone);
      checks.require(noises == null, "noises", noises, alone);
      return Optional.empty();
    }
    int captions = checks.or("candidates", candidates, 4);
    int steps = checks.or("timesteps", timesteps, 8);
    int draws = checks.or("noises", noises, 1);
    checks.require(captions >= 2, "candidates", captions, "at least 2");
    checks.require(steps >= 1 && steps <= 1000, "timesteps", steps, "1 to 1000");
    checks.require(draws >= 1, "noises", draws, "at least 1");
    return Optional.of(new CaptionMatchingSettings(pictures, captions, steps, draws));
  }
}
