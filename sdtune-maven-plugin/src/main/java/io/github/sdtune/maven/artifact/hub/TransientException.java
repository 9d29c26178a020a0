package io.github.sdtune.maven.artifact.hub;

import java.io.IOException;
import java.time.Duration;

/** An answer that may be another one soon. */
final class TransientException extends IOException {
  private static final long serialVersionUID = 1L;

  private final Duration after;

  /** {@code after} is how long the server asks to wait. */
  TransientException(String message, Duration after) {
    super(message);
    this.after = after;
  }

  Duration after() {
    return after;
  }
}
