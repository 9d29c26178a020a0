package io.github.sdtune.dataset;

import io.github.sdtune.SdtuneException;

/** A picture that cannot be used: what was found, and what to do about it. */
final class PictureException extends SdtuneException {
  private static final long serialVersionUID = 1L;

  private final String what;
  private final String advice;

  PictureException(String what, String advice, Throwable cause) {
    super(what + "; " + advice, cause);
    this.what = what;
    this.advice = advice;
  }

  PictureException(String what, String advice) {
    this(what, advice, null);
  }

  String what() {
    return what;
  }

  String advice() {
    return advice;
  }
}
