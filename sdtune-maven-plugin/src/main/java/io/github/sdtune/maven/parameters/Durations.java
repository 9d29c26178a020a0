package io.github.sdtune.maven.parameters;

import io.github.sdtune.SdtuneException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;

/** Times as users write them: {@code 90m} or {@code 1h30m}. */
public final class Durations {
  private Durations() {}

  /** A text that must be there, in seconds. */
  static double seconds(String place, String text) {
    return parse(place, String.valueOf(text)).orElseThrow().toMillis() / 1e3;
  }

  /**
   * The duration; absent if there is no text.
   *
   * @param place of the text, for the message
   * @throws SdtuneException if it is none, or not longer than nothing
   */
  public static Optional<Duration> parse(String place, String text) {
    if (text == null) {
      return Optional.empty();
    }
    try {
      Duration duration = Duration.parse("PT" + text.strip().toUpperCase(Locale.ROOT));
      if (!duration.isNegative() && !duration.isZero()) {
        return Optional.of(duration);
      }
    } catch (DateTimeParseException e) {
      // Refused below.
    }
    throw new SdtuneException(place + ": found " + text + ", expected such as 90m or 1h30m");
  }
}
