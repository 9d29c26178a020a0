package io.github.sdtune.dataset;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a picture is used for. */
public enum Split {
  TRAIN,
  VALIDATION,
  TEST;

  @JsonValue
  public String json() {
    return name().toLowerCase(Locale.ROOT);
  }
}
