package io.github.sdtune.train;

import io.github.sdtune.SdtuneException;

/**
 * When to stop because the validation loss does not fall any more.
 *
 * @param patience validations without improvement after which training stops; 0 never stops
 * @param minDelta an improvement must be larger than this
 */
public record EarlyStoppingSettings(int patience, double minDelta) {
  public EarlyStoppingSettings {
    if (patience < 0) {
      throw new SdtuneException(
          "<training><earlyStopping><patience>: found "
              + patience
              + ", expected at least 0 (0: never stop)");
    }
    if (!(minDelta >= 0)) {
      throw new SdtuneException(
          "<training><earlyStopping><minDelta>: found " + minDelta + ", expected at least 0");
    }
  }
}
