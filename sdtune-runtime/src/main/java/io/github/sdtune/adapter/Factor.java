package io.github.sdtune.adapter;

import java.util.Locale;

/** A tensor that the update of a layer is computed from, as peft names it. */
public enum Factor {
  DOWN("lora_A.weight"),
  UP("lora_B.weight");

  private final String key;

  Factor(String key) {
    this.key = key;
  }

  /** What stands after the layer's name and a dot. */
  public String key() {
    return key;
  }

  /** In messages. */
  String title() {
    return name().toLowerCase(Locale.ROOT);
  }
}
