package io.github.sdtune.maven.launch;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Takes a process and its children down when this JVM ends or the guard closes. Should this JVM be
 * killed, the worker notices by its closed standard input.
 */
final class ProcessGuard implements AutoCloseable {
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final Process process;
  private final Thread hook;

  ProcessGuard(Process process) {
    this.process = process;
    this.hook = new Thread(this::stop, "sdtune-worker-guard");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Asks the process to end, waits a little, then kills it and all that it started. */
  void stop() {
    List<ProcessHandle> children = process.descendants().toList();
    boolean interrupted = false;
    process.destroy();
    try {
      process.waitFor(GRACE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
    if (interrupted) {
      Thread.currentThread().interrupt();
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
