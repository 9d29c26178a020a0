package io.github.sdtune.generate;

import java.util.Locale;

/**
 * One picture of a run.
 *
 * @param number from 0
 */
public record Picture(int number, String prompt, long seed) {
  /** {@code 0003-42.png}. */
  public String fileName() {
    return String.format(Locale.ROOT, "%04d-%d.png", number, seed);
  }
}
