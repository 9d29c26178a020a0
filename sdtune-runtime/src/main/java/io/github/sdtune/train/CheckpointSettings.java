package io.github.sdtune.train;

import java.util.Optional;

/**
 * When a training is saved, besides its validations and its end. No byte of what is trained depends
 * on it.
 *
 * @param interval steps between checkpoints; absent: none are counted
 * @param seconds of training after which one is written in any case; should writing take long, it
 *     takes a tenth of the time at most
 * @param keep so many are kept
 */
public record CheckpointSettings(Optional<Integer> interval, double seconds, int keep) {
  public static final CheckpointSettings DEFAULTS =
      new CheckpointSettings(Optional.empty(), 600, 2);

  public CheckpointSettings {
    new Findings("training><checkpointing")
        .require(interval.orElse(1) >= 1, "interval", interval.orElse(1), "at least 1")
        .require(seconds > 0, "time", seconds, "more than 0")
        .require(keep >= 2, "keep", keep, "at least 2: one may be torn")
        .done();
  }
}
