package io.github.sdtune.gate;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a gate that does not hold does to the build. */
public enum Severity {
  /** Fails it. */
  ERROR,
  /** Lets it pass, with a warning. */
  WARN;

  @JsonValue
  public String json() {
    return name().toLowerCase(Locale.ROOT);
  }
}
