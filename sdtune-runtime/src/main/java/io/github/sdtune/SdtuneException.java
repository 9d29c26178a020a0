package io.github.sdtune;

import java.util.List;

/**
 * A mistake that a user can mend: its message names the place, what was found, what was expected
 * and what to do, and is shown without a stack trace. Anything else that goes wrong is an ordinary
 * exception.
 */
public class SdtuneException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** So many are read; what comes after follows from them or is the same mistake. */
  public static final int MOST_FINDINGS = 20;

  public SdtuneException(String message) {
    super(message);
  }

  public SdtuneException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * Refuses what there are findings about.
   *
   * @param heading the place and what is wrong with it, without a colon
   * @throws SdtuneException that lists the first {@value #MOST_FINDINGS} findings, if there is one
   */
  public static void refuse(String heading, List<String> findings) {
    List<String> shown = findings.subList(0, Math.min(MOST_FINDINGS, findings.size()));
    refuse(heading, shown, findings.size());
  }

  /** The same where {@code count} findings are known, of which these are shown. */
  public static void refuse(String heading, List<String> shown, int count) {
    if (shown.isEmpty()) {
      return;
    }
    int more = count - shown.size();
    throw new SdtuneException(
        heading
            + ":\n  "
            + String.join("\n  ", shown)
            + (more > 0 ? "\n  and " + more + " more" : ""));
  }
}
