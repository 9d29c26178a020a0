package io.github.sdtune.dataset;

import java.util.Comparator;

/**
 * Something wrong with a dataset.
 *
 * @param file below the dataset's folder, with slashes; empty where the dataset as a whole is meant
 * @param line in that file, from 1; 0 where no line is meant
 * @param what was found, and what was expected
 * @param advice what to do
 */
public record Finding(Severity severity, String file, int line, String what, String advice)
    implements Comparable<Finding> {
  /** Whether the dataset can be used all the same. */
  public enum Severity {
    ERROR,
    WARNING
  }

  private static final Comparator<Finding> ORDER =
      Comparator.comparing(Finding::file)
          .thenComparingInt(Finding::line)
          .thenComparing(Finding::severity)
          .thenComparing(Finding::what)
          .thenComparing(Finding::advice);

  public boolean isError() {
    return severity == Severity.ERROR;
  }

  @Override
  public int compareTo(Finding other) {
    return ORDER.compare(this, other);
  }

  /** One line, as compilers write it: {@code metadata.jsonl:7: error: found ...; do ...}. */
  @Override
  public String toString() {
    String place = file.isEmpty() ? "" : line == 0 ? file + ": " : file + ":" + line + ": ";
    return Text.printable(place + (isError() ? "error: " : "warning: ") + what + "; " + advice);
  }
}
