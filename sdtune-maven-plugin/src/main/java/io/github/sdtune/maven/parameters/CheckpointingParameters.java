package io.github.sdtune.maven.parameters;

import io.github.sdtune.train.CheckpointSettings;
import java.util.Optional;

/** {@code <checkpointing>}: when a training is saved, besides its validations and its end. */
public class CheckpointingParameters {
  /** Steps between checkpoints; default: none are counted. */
  public Integer interval;

  /**
   * Time after which a checkpoint is written in any case, such as {@code 10m}; one that takes long
   * to write is written less often.
   */
  public String time = "10m";

  /** So many checkpoints are kept, at least 2. */
  public int keep = 2;

  CheckpointSettings settings(Checks checks) {
    double seconds =
        checks.take(
            () -> Durations.seconds("<training><checkpointing><time>", time),
            CheckpointSettings.DEFAULTS.seconds());
    return checks.take(
        () -> new CheckpointSettings(Optional.ofNullable(interval), seconds, keep),
        CheckpointSettings.DEFAULTS);
  }
}
