package io.github.sdtune.checkpoint;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The parts of a model that have weights. */
public enum Part {
  UNET("diffusion_pytorch_model"),
  VAE("diffusion_pytorch_model"),
  TEXT_ENCODER("model"),
  TEXT_ENCODER_2("model");

  private final String stem;

  Part(String stem) {
    this.stem = stem;
  }

  /** The name of its folder in a diffusers folder: {@code text_encoder_2}. */
  public String folder() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The part with such a folder. */
  public static Optional<Part> ofFolder(String folder) {
    return Stream.of(values()).filter(part -> part.folder().equals(folder)).findFirst();
  }

  /** What the names of its weights' files begin with. */
  public String stem() {
    return stem;
  }
}
