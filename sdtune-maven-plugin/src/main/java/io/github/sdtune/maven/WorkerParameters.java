package io.github.sdtune.maven;

import io.github.sdtune.SdtuneException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;

/**
 * How a worker is to run, as Maven injected it: nothing is checked yet, all but one may be null.
 */
record WorkerParameters(String device, Integer threads, String maxHeap, String timeout) {

  /** Checks all of it; the time limit, if there is one. */
  Optional<Duration> check(Findings findings) {
    findings.require(
        device.matches("auto|cpu|gpu(:[0-9]+)?"),
        "<device>: found " + device + ", expected auto, cpu, gpu or gpu:1");
    findings.require(
        threads == null || threads >= 1, "<threads>: found " + threads + ", expected at least 1");
    findings.require(
        maxHeap == null || maxHeap.matches("[0-9]+[kKmMgG]?"),
        "<maxHeap>: found " + maxHeap + ", expected a size such as 2g");
    return findings.check(() -> timeLimit(timeout));
  }

  /** Parses {@code 90m} or {@code 1h30m}. */
  private static Optional<Duration> timeLimit(String text) {
    if (text == null) {
      return Optional.empty();
    }
    try {
      Duration timeout = Duration.parse("PT" + text.strip().toUpperCase(Locale.ROOT));
      if (!timeout.isNegative() && !timeout.isZero()) {
        return Optional.of(timeout);
      }
    } catch (DateTimeParseException e) {
      // Refused below.
    }
    throw new SdtuneException("<timeout>: found " + text + ", expected such as 90m or 1h30m");
  }
}
