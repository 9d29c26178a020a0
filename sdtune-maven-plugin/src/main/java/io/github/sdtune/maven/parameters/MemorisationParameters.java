package io.github.sdtune.maven.parameters;

import io.github.sdtune.evaluate.MemorisationSettings;

/** {@code <memorisation>}: how it is measured whether pictures of the training are drawn again. */
public class MemorisationParameters {
  /** Pictures that are drawn for it, from captions of training pictures; 0: none. */
  public int pictures = 16;

  /** Whether they are drawn at each validation of a training as well. */
  public boolean atValidations;

  MemorisationSettings settings() {
    Checks checks = new Checks("evaluation><memorisation");
    checks.require(pictures >= 0, "pictures", pictures, "at least 0 (0: none)");
    checks.require(
        !atValidations || pictures > 0, "atValidations", true, "false where <pictures> is 0");
    checks.done();
    return new MemorisationSettings(pictures, atValidations);
  }
}
