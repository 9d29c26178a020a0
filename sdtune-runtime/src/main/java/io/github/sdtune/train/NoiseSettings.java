package io.github.sdtune.train;

import java.util.Optional;

/**
 * How noise and timesteps are drawn.
 *
 * @param offset noise common to a channel
 * @param pyramid noise at several resolutions
 * @param inputPerturbation noise that the network is not asked for
 */
public record NoiseSettings(
    Optional<OffsetNoise> offset,
    Optional<PyramidNoise> pyramid,
    Optional<InputPerturbation> inputPerturbation,
    TimestepSettings timesteps) {
  /** Independent in every place; timesteps uniform. */
  public static final NoiseSettings PLAIN =
      new NoiseSettings(
          Optional.empty(), Optional.empty(), Optional.empty(), TimestepSettings.UNIFORM);

  /** Plain but for an offset. */
  public static NoiseSettings withOffset(double strength) {
    return new NoiseSettings(
        Optional.of(new OffsetNoise(strength, false, 0)),
        Optional.empty(),
        Optional.empty(),
        TimestepSettings.UNIFORM);
  }
}
