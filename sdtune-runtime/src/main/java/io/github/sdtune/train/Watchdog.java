package io.github.sdtune.train;

import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Notices when something does not come to its end. */
final class Watchdog implements AutoCloseable {
  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(Watchdog::thread);
  private final double seconds;
  private final Consumer<String> hangs;

  /**
   * @param seconds that a step may take
   * @param hangs told, on a thread of its own, which has taken longer
   */
  Watchdog(double seconds, Consumer<String> hangs) {
    this.seconds = seconds;
    this.hangs = hangs;
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "watchdog");
    thread.setDaemon(true);
    return thread;
  }

  /** Does some work; should it hang, {@code what} is asked for its name, on another thread. */
  <T> T watch(Supplier<String> what, Supplier<T> work) {
    Future<?> alarm =
        executor.schedule(
            () -> hangs.accept(message(what.get())), (long) (seconds * 1e9), TimeUnit.NANOSECONDS);
    try {
      return work.get();
    } finally {
      alarm.cancel(false);
    }
  }

  private String message(String what) {
    return "%s has not ended after %.0f s, the longest that <training><stepTimeout> allows"
        .formatted(what, seconds);
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
