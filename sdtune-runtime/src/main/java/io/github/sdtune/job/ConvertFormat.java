package io.github.sdtune.job;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** A layout of a model or of an adapter on disk. */
public enum ConvertFormat {
  /** A model folder with a folder for each part, or an adapter file with diffusers' names. */
  DIFFUSERS,
  /** A whole model in the layout of its authors, as ComfyUI and A1111 read it. */
  SINGLE_FILE,
  /** An adapter file with the names of kohya's sd-scripts. */
  KOHYA,
  /** An adapter folder: {@code adapter_model.safetensors} and {@code adapter_config.json}. */
  PEFT;

  /** As users write it: {@code single-file}. */
  @JsonValue
  public String json() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
