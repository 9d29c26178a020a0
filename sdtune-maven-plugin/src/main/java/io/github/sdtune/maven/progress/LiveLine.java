package io.github.sdtune.maven.progress;

import java.io.PrintStream;

/** A line at the bottom of a terminal that is written over and over. */
final class LiveLine {
  private final PrintStream out;
  private int width;

  LiveLine(PrintStream out) {
    this.out = out;
  }

  void show(String text) {
    out.print("\r" + text + " ".repeat(Math.max(0, width - text.length())));
    out.flush();
    width = text.length();
  }

  /** Makes room for an ordinary line of the log. */
  void clear() {
    if (width > 0) {
      out.print("\r" + " ".repeat(width) + "\r");
      out.flush();
      width = 0;
    }
  }
}
