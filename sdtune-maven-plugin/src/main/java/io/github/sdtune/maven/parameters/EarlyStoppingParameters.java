package io.github.sdtune.maven.parameters;

import io.github.sdtune.train.EarlyStoppingSettings;

/** {@code <earlyStopping>}: when to stop because the validation loss does not fall any more. */
public class EarlyStoppingParameters {
  /** Validations without improvement after which training stops; 0: never. */
  public int patience;

  /** An improvement must be larger than this. */
  public double minDelta;

  EarlyStoppingSettings settings() {
    return new EarlyStoppingSettings(patience, minDelta);
  }
}
