package io.github.sdtune.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Resident memory of this process, where the system tells (Linux, see proc(5)). */
public final class ProcessMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path CLEAR = Path.of("/proc/self/clear_refs");

  /** Sets the high water mark to what is resident now. */
  private static final String HIGH_WATER_MARK = "5";

  private ProcessMemory() {}

  /** The high water mark in bytes, since the process began or {@link #forgetPeak}. */
  public static Optional<Long> peak() {
    try {
      return Files.exists(STATUS) ? peak(Files.readString(STATUS)) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Begins a new high water mark; where that cannot be, the old one stays. */
  public static void forgetPeak() {
    try {
      if (Files.isWritable(CLEAR)) {
        Files.writeString(CLEAR, HIGH_WATER_MARK);
      }
    } catch (IOException e) {
      // Some containers refuse it.
    }
  }

  /** In the text of {@code /proc/<pid>/status}. */
  static Optional<Long> peak(String status) {
    return status
        .lines()
        .filter(line -> line.startsWith("VmHWM:"))
        .map(line -> 1024 * Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst();
  }
}
