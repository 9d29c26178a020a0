package io.github.sdtune.generate;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Where the noise of a picture comes from; each picture has its own, from its seed alone. */
public enum NoiseGenerator {
  /** {@link io.github.sdtune.tensor.KeyedRandom}: the same on every machine. */
  KEYED,
  /** PyTorch's on the CPU, for the pictures that diffusers draws. */
  TORCH;

  @JsonValue
  public String json() {
    return name().toLowerCase(Locale.ROOT);
  }
}
