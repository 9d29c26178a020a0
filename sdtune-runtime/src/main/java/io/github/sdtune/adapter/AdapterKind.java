package io.github.sdtune.adapter;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How the update of a layer's weight is put together. */
public enum AdapterKind {
  /** {@code B A} (https://arxiv.org/abs/2106.09685). */
  LORA("LoRA");

  private final String title;

  AdapterKind(String title) {
    this.title = title;
  }

  /** As its authors write it. */
  public String title() {
    return title;
  }

  /** What {@code <method>} calls it. */
  @JsonValue
  public String json() {
    return name().toLowerCase(Locale.ROOT);
  }
}
