package io.github.sdtune;

/**
 * A mistake that a user can mend: its message names the place, what was found, what was expected
 * and what to do, and is shown without a stack trace. Anything else that goes wrong is an ordinary
 * exception.
 */
public class SdtuneException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public SdtuneException(String message) {
    super(message);
  }

  public SdtuneException(String message, Throwable cause) {
    super(message, cause);
  }
}
