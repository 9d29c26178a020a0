package io.github.sdtune.train;

import io.github.sdtune.SdtuneException;
import java.util.Optional;

/**
 * Which timesteps are trained, and how often each.
 *
 * @param minimum the lowest
 * @param maximum the one above the highest, as in kohya's {@code max_timestep}; absent: T
 */
public record TimestepSettings(
    int minimum, Optional<Integer> maximum, TimestepDistribution distribution) {
  /** All alike. */
  public static final TimestepSettings UNIFORM =
      new TimestepSettings(0, Optional.empty(), new TimestepDistribution.Uniform());

  public TimestepSettings {
    Findings findings = new Findings().require(minimum >= 0, "minTimestep", minimum, "at least 0");
    int lowest = minimum;
    maximum.ifPresent(
        most ->
            findings.require(
                most > lowest, "maxTimestep", most, "more than <minTimestep>, " + lowest));
    findings.done();
  }

  /**
   * Holds the range against a base model.
   *
   * @throws SdtuneException if the model has no such timesteps
   */
  void check(int trainTimesteps) {
    new Findings()
        .require(
            minimum < trainTimesteps,
            "minTimestep",
            minimum,
            "less than " + trainTimesteps + ", as many as the base model has")
        .require(
            end(trainTimesteps) <= trainTimesteps,
            "maxTimestep",
            end(trainTimesteps),
            "at most " + trainTimesteps + ", as many as the base model has")
        .done();
  }

  /** The timestep above the highest. */
  int end(int trainTimesteps) {
    return maximum.orElse(trainTimesteps);
  }
}
