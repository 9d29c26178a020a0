package io.github.sdtune.metric;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.Optional;

/**
 * What the validations of a training say about overfitting: see {@link OverfittingRule}.
 *
 * @param step after which it began, or after which both losses rose; absent where neither did
 * @param sentence for the user
 */
public record Overfitting(Kind kind, Optional<Integer> step, String sentence) {
  /** What was found. */
  public enum Kind {
    /** The loss of held-out pictures rose while that of training pictures did not. */
    OVERFITTED,
    /** Both rose: the training became unstable. */
    BOTH_ROSE,
    /** The validation loss was still falling when training ended. */
    UNDERFITTED,
    /** Neither. */
    NONE,
    /** There is too little to tell it from. */
    UNKNOWN;

    @JsonValue
    public String json() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Overfitting of(Kind kind, String format, Object... values) {
    return new Overfitting(kind, Optional.empty(), String.format(Locale.ROOT, format, values));
  }

  static Overfitting after(Kind kind, int step, String format, Object... values) {
    return new Overfitting(kind, Optional.of(step), String.format(Locale.ROOT, format, values));
  }
}
