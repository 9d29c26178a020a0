package io.github.sdtune.gate;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** When a regression breaks a gate. */
public enum Decision {
  /** When the value is worse than allowed. */
  STRICT,
  /**
   * When the whole 95% interval of the change is worse than allowed; a value that is, while the
   * interval reaches into what is allowed, is a warning.
   */
  INTERVAL;

  @JsonValue
  public String json() {
    return name().toLowerCase(Locale.ROOT);
  }
}
