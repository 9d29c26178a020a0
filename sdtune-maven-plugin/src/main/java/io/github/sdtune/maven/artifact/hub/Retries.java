package io.github.sdtune.maven.artifact.hub;

import io.github.sdtune.SdtuneException;
import java.io.IOException;
import java.time.Duration;

/** Counts failures in a row, and waits longer after each. */
final class Retries {
  static final int ATTEMPTS = 5;

  private static final Duration LONGEST = Duration.ofMinutes(1);

  private final Duration backoff;
  private int failures;

  Retries(Duration backoff) {
    this.backoff = backoff;
  }

  /** Forgets the failures, since something worked. */
  void reset() {
    failures = 0;
  }

  /** Waits for the next attempt; false if there is none left. */
  boolean again(IOException failure) {
    failures++;
    if (failures >= ATTEMPTS || Thread.currentThread().isInterrupted()) {
      return false;
    }
    Duration wait = backoff.multipliedBy(1L << (failures - 1));
    if (failure instanceof TransientException said && said.after().compareTo(wait) > 0) {
      wait = said.after();
    }
    sleep(wait.compareTo(LONGEST) > 0 ? LONGEST : wait);
    return true;
  }

  private static void sleep(Duration wait) {
    try {
      Thread.sleep(wait.toMillis());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** The end of a build that somebody stopped. */
  static SdtuneException interrupted(Exception e) {
    Thread.currentThread().interrupt();
    return new SdtuneException("the build was interrupted", e);
  }
}
