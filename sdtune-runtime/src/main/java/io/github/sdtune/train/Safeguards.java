package io.github.sdtune.train;

/**
 * How a training is kept from being lost. No byte of what is trained depends on it.
 *
 * @param checkpoints when it is saved
 * @param stepSeconds a step that takes longer hangs
 * @param resumeFrom {@value #LATEST}, {@value #NONE}, or a checkpoint: its name or its folder
 */
public record Safeguards(CheckpointSettings checkpoints, double stepSeconds, String resumeFrom) {
  /** The last checkpoint that is whole; the beginning if there is none. */
  public static final String LATEST = "latest";

  /** The beginning, whatever there is. */
  public static final String NONE = "none";

  /** Generous: a large effective batch at full size takes half an hour on a small machine. */
  public static final double STEP_SECONDS = 2 * 60 * 60;

  public static final Safeguards DEFAULTS =
      new Safeguards(CheckpointSettings.DEFAULTS, STEP_SECONDS, LATEST);

  /** The same, going on from something else. */
  public Safeguards withResumeFrom(String other) {
    return new Safeguards(checkpoints, stepSeconds, other);
  }
}
