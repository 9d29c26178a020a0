package io.github.sdtune.maven.progress;

import java.io.PrintStream;

/** A line at the bottom of a terminal that is written over and over. */
final class LiveLine {
  /** To the start of the line, and erase what was there. */
  private static final String FRESH = "\r\u001b[K";

  /**
   * A line that is too long for a terminal is cut off by it: in the next row it would stay for ever
   * (DECAWM, https://vt100.net/docs/vt510-rm/DECAWM.html).
   */
  private static final String CUT = "\u001b[?7l";

  private static final String WRAP = "\u001b[?7h";

  private final PrintStream out;
  private boolean shown;

  LiveLine(PrintStream out) {
    this.out = out;
  }

  void show(String text) {
    out.print(FRESH + CUT + text + WRAP);
    out.flush();
    shown = true;
  }

  /** Makes room for an ordinary line of the log. */
  void clear() {
    if (shown) {
      out.print(FRESH);
      out.flush();
      shown = false;
    }
  }
}
