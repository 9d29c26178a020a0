package io.github.sdtune.adapter;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** How the update of a layer's weight is put together. */
public enum AdapterKind {
  /** {@code B A} (https://arxiv.org/abs/2106.09685). */
  LORA("LoRA"),
  /** {@code m (W + B A) / ‖W + B A‖ - W}, row by row (https://arxiv.org/abs/2402.09353). */
  DORA("DoRA"),
  /** {@code (A1 B1) ⊙ (A2 B2)} (https://arxiv.org/abs/2108.06098, as in LyCORIS). */
  LOHA("LoHa"),
  /** {@code W1 ⊗ W2}, each of which may be a product itself (LyCORIS). */
  LOKR("LoKr");

  private final String title;

  AdapterKind(String title) {
    this.title = title;
  }

  /** The kind that {@code <method>} names, if it names one. */
  public static Optional<AdapterKind> of(String method) {
    return Stream.of(values()).filter(kind -> kind.json().equals(method)).findFirst();
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

  /** Whether it is known from LyCORIS, and to no library that reads diffusers' or peft's files. */
  public boolean isOfLycoris() {
    return this == LOHA || this == LOKR;
  }
}
