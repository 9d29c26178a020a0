package io.github.sdtune.gate;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The judgement of all gates.
 *
 * @param baseline version that was compared with; absent if there is none
 * @param rows one for each gate, in the order of the configuration
 */
public record Verdict(Optional<String> baseline, List<Judgement> rows) {
  public Verdict {
    rows = List.copyOf(rows);
  }

  /** Whether the build must fail. */
  public boolean failed() {
    return count(Judgement::failed) > 0;
  }

  /** Whether a regression was to be checked and could not be, for want of a baseline. */
  public boolean unchecked() {
    return baseline.isEmpty() && count(row -> row.gate().compares()) > 0;
  }

  /** One sentence, such as {@code 1 of 2 gates failed}. */
  public String headline() {
    if (failed()) {
      return count(Judgement::failed)
          + " of "
          + gates()
          + " failed"
          + (unchecked() ? "; NO BASELINE to compare with" : "");
    }
    long warnings = count(Judgement::warned);
    String warned =
        warnings == 0 ? "" : ", " + warnings + (warnings == 1 ? " warning" : " warnings");
    long accepted = count(row -> row.status() == Status.ACCEPTED);
    warned += accepted == 0 ? "" : ", " + accepted + " accepted";
    long unchecked = count(row -> row.status() == Status.UNCHECKED);
    if (unchecked > 0) {
      return "NO BASELINE: "
          + unchecked
          + " of "
          + gates()
          + " could not check for a regression, absolute limits hold"
          + warned;
    }
    return (rows.size() == 1 ? "The gate passed" : "All " + gates() + " passed") + warned;
  }

  /**
   * Regressions that could be accepted for a release: of gates that nothing else fails.
   *
   * @param until the last version that they are accepted for
   */
  public List<AcceptedRegression> acceptable(String until, String reason) {
    return rows.stream()
        .filter(row -> row.failed() && row.regressed())
        .map(row -> new AcceptedRegression(row.metric(), row.value().orElseThrow(), until, reason))
        .toList();
  }

  /** The table for the log, a line each, plain ASCII but for names. */
  public List<String> table() {
    return VerdictTable.lines(this);
  }

  /** The table for a comment on a pull request. */
  public String markdown() {
    return VerdictTable.markdown(this);
  }

  /** One line that says all that is wrong, and where to read on. */
  public String failureMessage(Path report) {
    return rows.stream()
            .filter(Judgement::failed)
            .map(Judgement::message)
            .collect(Collectors.joining("; "))
        + "; report: "
        + Printable.line(report.toString());
  }

  private long count(Predicate<Judgement> predicate) {
    return rows.stream().filter(predicate).count();
  }

  private String gates() {
    return rows.size() + (rows.size() == 1 ? " gate" : " gates");
  }
}
