package io.github.sdtune.job;

/** Exit codes of a worker. */
public final class ExitCode {
  /** The result file is valid. */
  public static final int OK = 0;

  /** The error file says why. */
  public static final int FAILED = 1;

  /** The request could not be read. */
  public static final int BAD_REQUEST = 2;

  /** The parent is gone, or asked to stop. */
  public static final int CANCELLED = 143;

  private ExitCode() {}
}
