package io.github.sdtune.job;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a worker is asked for. Each goal first does what is missing or stale of those before it. */
public enum Goal {
  PREPARE_DATASET,
  FINE_TUNE,
  EVALUATE;

  /** As users write it: {@code fine-tune}. */
  @JsonValue
  public String json() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
