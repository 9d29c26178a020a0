package io.github.sdtune.maven.artifact.hub;

import java.util.Locale;

/** Sizes for people. */
final class Bytes {
  private Bytes() {}

  /** {@code 3.4 GB}, of 1000s as disks and the hub count. */
  static String text(long bytes) {
    if (bytes < 1_000_000) {
      return String.format(Locale.ROOT, "%.0f kB", bytes / 1e3);
    }
    return bytes < 1_000_000_000
        ? String.format(Locale.ROOT, "%.1f MB", bytes / 1e6)
        : String.format(Locale.ROOT, "%.2f GB", bytes / 1e9);
  }
}
