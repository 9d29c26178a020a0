package io.github.sdtune.maven.progress;

import java.io.Console;

/** Whether somebody watches: then one line can be written over and over. */
public final class Terminal {
  private Terminal() {}

  /**
   * Whether a live line is right: not in batch mode, not into a file, not on a terminal that cannot
   * go back to the start of a line, not with {@code -Dsdtune.console=plain}.
   */
  public static boolean live(boolean interactiveMode, String consoleProperty) {
    return interactiveMode
        && !"plain".equals(consoleProperty)
        && !"dumb".equals(System.getenv("TERM"))
        && isTerminal(System.console());
  }

  /** Since Java 22 there is a console also where output goes to a file; it says so itself. */
  private static boolean isTerminal(Console console) {
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      return true;
    }
  }
}
