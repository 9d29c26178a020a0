package io.github.sdtune.maven.artifact.hub;

import io.github.sdtune.SdtuneException;

/** The hub does not answer, whatever is asked. */
final class HubUnreachableException extends SdtuneException {
  private static final long serialVersionUID = 1L;

  HubUnreachableException(String message, Throwable cause) {
    super(message, cause);
  }
}
