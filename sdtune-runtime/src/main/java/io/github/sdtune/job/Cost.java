package io.github.sdtune.job;

import io.github.sdtune.io.ProcessMemory;
import java.util.Optional;

/**
 * What a goal cost, in {@link Outputs#cost}: of its last run, not of those that it went on from.
 *
 * @param seconds from its start to its last file
 * @param peakMemory highest resident memory of the worker in bytes; absent where the system does
 *     not tell
 */
public record Cost(double seconds, Optional<Long> peakMemory) {
  /** The cost of what began at {@code startNanos} of {@link System#nanoTime} and ends now. */
  public static Cost since(long startNanos) {
    return new Cost((System.nanoTime() - startNanos) / 1e9, ProcessMemory.peak());
  }
}
