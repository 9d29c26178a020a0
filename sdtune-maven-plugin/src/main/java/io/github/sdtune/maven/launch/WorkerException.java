package io.github.sdtune.maven.launch;

/** A worker broke down, and not by a mistake of the user. The message stands for itself. */
public class WorkerException extends Exception {
  private static final long serialVersionUID = 1L;

  public WorkerException(String message) {
    super(message);
  }

  public WorkerException(String message, Throwable cause) {
    super(message, cause);
  }
}
