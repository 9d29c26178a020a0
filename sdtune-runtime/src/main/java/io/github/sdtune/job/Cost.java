package io.github.sdtune.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a goal cost, in {@link Outputs#cost}: of its last run, not of those that it went on from.
 *
 * @param seconds from its start to its last file
 * @param peakMemory highest resident memory of the worker in bytes; absent where the system does
 *     not tell
 */
public record Cost(double seconds, Optional<Long> peakMemory) {
  private static final Path STATUS = Path.of("/proc/self/status");

  /** The cost of what began at {@code startNanos} of {@link System#nanoTime} and ends now. */
  public static Cost since(long startNanos) {
    return new Cost((System.nanoTime() - startNanos) / 1e9, peakOfThisProcess());
  }

  private static Optional<Long> peakOfThisProcess() {
    try {
      return Files.exists(STATUS) ? peak(Files.readString(STATUS)) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The high water mark in the text of {@code /proc/<pid>/status}, see proc(5). */
  static Optional<Long> peak(String status) {
    return status
        .lines()
        .filter(line -> line.startsWith("VmHWM:"))
        .map(line -> 1024 * Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst();
  }
}
