package io.github.sdtune.io;

import java.util.regex.Pattern;

/** Names of files that others wrote down: they may not lead elsewhere. */
public final class FileName {
  /** On no system a separator, the name of a drive, or something that no file is called. */
  private static final Pattern PLAIN = Pattern.compile("[^/\\\\:\\p{Cntrl}]+");

  private FileName() {}

  /** Whether a text is the name of a file or folder, not a path: {@code ..} is one. */
  public static boolean isPlain(String text) {
    return PLAIN.matcher(text).matches() && !text.equals(".") && !text.equals("..");
  }
}
