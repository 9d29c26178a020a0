package io.github.sdtune.io;

import java.util.Locale;

/** Times and sizes for people. */
public final class Amounts {
  private Amounts() {}

  /** {@code 3.40 GB}, of 1000s as disks and the hub count. */
  public static String bytes(long bytes) {
    if (bytes < 1_000_000) {
      return String.format(Locale.ROOT, "%.0f kB", bytes / 1e3);
    }
    return bytes < 1_000_000_000
        ? String.format(Locale.ROOT, "%.1f MB", bytes / 1e6)
        : String.format(Locale.ROOT, "%.2f GB", bytes / 1e9);
  }

  /** The same of what may be much less than a minute: {@code 0.35 s}, {@code 4.1 s}. */
  public static String shortDuration(double seconds) {
    return seconds < 10 ? Digits.of(seconds, 2) + " s" : duration(seconds);
  }

  /** {@code 42 s}, {@code 3 min 5 s}, {@code 2 h 10 min}; {@code ?} for what is no time. */
  public static String duration(double seconds) {
    if (!(seconds >= 0) || Double.isInfinite(seconds)) {
      return "?";
    }
    long s = Math.round(seconds);
    if (s < 60) {
      return s + " s";
    }
    return s < 3600
        ? "%d min %d s".formatted(s / 60, s % 60)
        : "%d h %d min".formatted(s / 3600, s % 3600 / 60);
  }
}
