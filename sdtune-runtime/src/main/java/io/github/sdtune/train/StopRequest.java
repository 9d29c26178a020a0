package io.github.sdtune.train;

/** Asks a training to end after the step that it is at, and to be saved. */
public final class StopRequest {
  private boolean made;
  private boolean heard;

  /**
   * Asks. May be called on any thread, and more than once.
   *
   * @return whether there is a training that will do so; else nothing is lost by ending at once
   */
  public synchronized boolean make() {
    made = true;
    return heard;
  }

  /** From now on somebody looks at {@link #isMade}. */
  synchronized void listen() {
    heard = true;
  }

  /** Nobody looks any more. */
  synchronized void ignore() {
    heard = false;
  }

  synchronized boolean isMade() {
    return made;
  }
}
