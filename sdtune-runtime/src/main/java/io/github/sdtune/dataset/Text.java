package io.github.sdtune.dataset;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Text of unknown origin, made fit for a message. */
final class Text {
  private static final int LONGEST_QUOTE = 80;

  private Text() {}

  /** In quotation marks, and cut where it is long. */
  static String quote(String text) {
    return text.length() <= LONGEST_QUOTE
        ? "'" + text + "'"
        : "'" + text.substring(0, LONGEST_QUOTE) + "...' (" + text.length() + " characters)";
  }

  /** Without the characters that could end a line or steer a terminal. */
  static String printable(String text) {
    StringBuilder printable = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              switch (Character.getType(c)) {
                case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE ->
                    printable.append(String.format(Locale.ROOT, "\\u%04x", c));
                default -> printable.appendCodePoint(c);
              }
            });
    return printable.toString();
  }

  /** Whether every surrogate has its partner, so that the text can be written as UTF-8. */
  static boolean isUnicode(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  static String count(long n, String noun) {
    return String.format(Locale.ROOT, "%d %s%s", n, noun, n == 1 ? "" : "s");
  }
}
