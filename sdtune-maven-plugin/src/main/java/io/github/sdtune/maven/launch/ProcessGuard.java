package io.github.sdtune.maven.launch;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Takes a process and its children down when this JVM ends or the guard closes: closes its standard
 * input, its life-line, and lets it finish its step and save. Should this JVM be killed, the worker
 * notices by the same.
 */
final class ProcessGuard implements AutoCloseable {
  /** For a process that does not end by itself, to end at a signal. */
  private static final Duration LAST_CHANCE = Duration.ofSeconds(5);

  private final Process process;
  private final Duration grace;
  private final Thread hook;

  /**
   * @param grace how long a step and saving may take
   */
  ProcessGuard(Process process, Duration grace) {
    this.process = process;
    this.grace = grace;
    this.hook = new Thread(this::stop, "sdtune-worker-guard");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Asks the process to end, waits, then kills it and all that it started. Not by a signal at once:
   * at a terminal it has had one, and takes a second for impatience.
   */
  void stop() {
    List<ProcessHandle> children = process.descendants().toList();
    boolean interrupted = false;
    try {
      closeLifeLine();
      if (!process.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroy();
        process.waitFor(LAST_CHANCE.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void closeLifeLine() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      // It is broken already.
    }
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      stop();
    }
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // This JVM is going down, and the hook is at work.
    }
  }
}
