package io.github.sdtune.gate;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How a gate was judged. */
public enum Status {
  PASS,
  FAIL,
  /** It does not hold, but its severity is {@link Severity#WARN}. */
  WARN,
  /** It regressed, and somebody has accepted that: see {@link AcceptedRegression}. */
  ACCEPTED,
  /** The limits hold; the regression could not be checked, as there is no baseline. */
  UNCHECKED,
  /** The baseline was measured under other conditions. Fails as {@link #FAIL} does. */
  INCOMPARABLE;

  @JsonValue
  public String json() {
    return name().toLowerCase(Locale.ROOT);
  }
}
