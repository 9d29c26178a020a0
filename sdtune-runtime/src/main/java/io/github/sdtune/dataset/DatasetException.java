package io.github.sdtune.dataset;

import io.github.sdtune.SdtuneException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** A dataset that cannot be used, with everything that is wrong with it. */
public final class DatasetException extends SdtuneException {
  private static final long serialVersionUID = 1L;
  private static final int PRINTED = 100;

  private final transient List<Finding> findings;

  DatasetException(Path directory, List<Finding> findings) {
    super(message(directory, findings));
    this.findings = List.copyOf(findings);
  }

  /** Errors and warnings, sorted by file and line; also those that the message has no room for. */
  public List<Finding> findings() {
    return findings;
  }

  private static String message(Path directory, List<Finding> findings) {
    long errors = findings.stream().filter(Finding::isError).count();
    long warnings = findings.size() - errors;
    String headline =
        "The dataset in %s cannot be used: %s%s"
            .formatted(
                directory,
                Text.count(errors, "error"),
                warnings == 0 ? "" : ", " + Text.count(warnings, "warning"));
    // Errors before warnings where there is no room for all.
    List<Finding> printed =
        findings.size() <= PRINTED
            ? findings
            : findings.stream()
                .sorted((a, b) -> a.severity().compareTo(b.severity()))
                .limit(PRINTED)
                .sorted()
                .toList();
    String more =
        findings.size() <= PRINTED ? "" : "\n  ... and " + (findings.size() - PRINTED) + " more";
    return printed.stream().map(f -> "\n  " + f).collect(Collectors.joining("", headline, more));
  }
}
