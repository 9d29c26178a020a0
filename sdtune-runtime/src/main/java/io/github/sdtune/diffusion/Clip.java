package io.github.sdtune.diffusion;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.io.ConfigFile;
import java.util.OptionalDouble;

/** Holds a predicted x_0 within the range of pictures; for latents it is off. */
final class Clip {
  private Clip() {}

  /** The range, if the config wants it. */
  static OptionalDouble of(ConfigFile json, boolean fallback) {
    boolean clips = json.truth("clip_sample", fallback);
    double range = json.number("clip_sample_range", 1);
    return clips ? OptionalDouble.of(range) : OptionalDouble.empty();
  }

  static NDArray apply(OptionalDouble range, NDArray original) {
    return range.isPresent() ? original.clip(-range.getAsDouble(), range.getAsDouble()) : original;
  }
}
