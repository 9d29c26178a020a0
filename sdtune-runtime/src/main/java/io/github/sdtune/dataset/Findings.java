package io.github.sdtune.dataset;

import io.github.sdtune.dataset.Finding.Severity;
import java.util.ArrayList;
import java.util.List;

/** What has been found so far; may be used by several threads. */
final class Findings {
  private final List<Finding> findings = new ArrayList<>();

  void error(String file, int line, String what, String advice) {
    add(new Finding(Severity.ERROR, file, line, what, advice));
  }

  void warning(String file, int line, String what, String advice) {
    add(new Finding(Severity.WARNING, file, line, what, advice));
  }

  private synchronized void add(Finding finding) {
    findings.add(finding);
  }

  synchronized boolean hasErrors() {
    return findings.stream().anyMatch(Finding::isError);
  }

  /** Sorted, so that the order of threads does not show. */
  synchronized List<Finding> sorted() {
    return findings.stream().sorted().toList();
  }
}
