package io.github.sdtune.adapter;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The ways in which adapters are spelled on disk. */
public enum Style {
  /**
   * One file, {@code pytorch_lora_weights.safetensors}, keys such as {@code
   * unet.….lora.down.weight}.
   */
  DIFFUSERS,
  /**
   * A folder with {@code adapter_model.safetensors} and {@code adapter_config.json}; where more
   * than the UNet is adapted, one such folder for each part, named {@code unet}, {@code
   * text_encoder} and {@code text_encoder_2}. A text encoder's modules begin with {@code
   * text_model.}, as in transformers before version 5.
   */
  PEFT,
  /** One file, keys such as {@code lora_unet_….lora_down.weight}, with an alpha for each module. */
  KOHYA;

  /** As users write it: {@code kohya}. */
  @JsonValue
  public String json() {
    return name().toLowerCase(Locale.ROOT);
  }
}
