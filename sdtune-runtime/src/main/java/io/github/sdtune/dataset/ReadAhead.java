package io.github.sdtune.dataset;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * Reads things on threads of its own while others are being used, and hands them out in their
 * order. What is read at a time, and what has been read and not been taken yet, is bounded.
 */
final class ReadAhead<T, R> implements AutoCloseable {
  private static final int THREADS = Math.min(4, Runtime.getRuntime().availableProcessors());

  /** Things that are read or wait at a time. */
  static final int DEPTH = 2 * THREADS;

  private final Iterator<T> things;
  private final ToLongFunction<T> weight;
  private final Function<T, R> read;
  private final int budget;
  private final long unit;
  private final Semaphore free;
  private final Deque<Future<R>> ahead = new ArrayDeque<>();
  private final ExecutorService pool =
      Executors.newFixedThreadPool(
          THREADS,
          task -> {
            Thread thread = new Thread(task, "read ahead");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * @param weight what a thing takes while it is read
   * @param read called on other threads
   * @param most that all things that are read at a time may take together; a heavier one is read
   *     alone
   */
  ReadAhead(List<T> things, ToLongFunction<T> weight, Function<T, R> read, long most) {
    this.things = things.iterator();
    this.weight = weight;
    this.read = read;
    this.unit = Math.max(1, most >> 20);
    this.budget = (int) Math.max(1, most / unit);
    this.free = new Semaphore(budget, true);
  }

  /**
   * The next one, in the order of the list.
   *
   * @throws RuntimeException what reading it threw
   */
  R next() {
    while (ahead.size() < DEPTH && things.hasNext()) {
      T thing = things.next();
      ahead.add(pool.submit(() -> readWithin(thing)));
    }
    try {
      return ahead.remove().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while pictures were read", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private R readWithin(T thing) throws InterruptedException {
    int permits = (int) Math.min(budget, weight.applyAsLong(thing) / unit + 1);
    free.acquire(permits);
    try {
      return read.apply(thing);
    } finally {
      free.release(permits);
    }
  }

  @Override
  public void close() {
    pool.shutdownNow();
  }
}
