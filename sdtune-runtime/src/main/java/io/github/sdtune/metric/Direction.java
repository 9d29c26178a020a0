package io.github.sdtune.metric;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Which way a metric improves. */
public enum Direction {
  LOWER,
  HIGHER,
  /** Neither way is better: it may have limits, but it cannot regress. */
  NEUTRAL;

  @JsonValue
  public String json() {
    return name().toLowerCase(Locale.ROOT);
  }
}
