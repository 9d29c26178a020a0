package io.github.sdtune.gate;

/** Text from captions, class names and files, made safe for a terminal, a log line and XML 1.0. */
public final class Printable {
  private static final char REPLACEMENT = '\ufffd';

  private Printable() {}

  /**
   * Replaces what is no character of a line: controls (line breaks, escape sequences), unpaired
   * surrogates, non-characters, and the marks that turn the direction of writing.
   */
  public static String line(String text) {
    StringBuilder line = new StringBuilder(text.length());
    text.codePoints().forEach(point -> append(line, point));
    return line.toString();
  }

  private static void append(StringBuilder line, int point) {
    if (point == '\n' || point == '\r' || point == '\t') {
      line.append(' ');
    } else if (isPrintable(point)) {
      line.appendCodePoint(point);
    } else {
      line.append(REPLACEMENT);
    }
  }

  private static boolean isPrintable(int point) {
    boolean nonCharacter = (point & 0xfffe) == 0xfffe || (point >= 0xfdd0 && point <= 0xfdef);
    boolean bidi = (point >= 0x202a && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069);
    boolean separator = point == 0x2028 || point == 0x2029;
    boolean surrogate = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
    return !Character.isISOControl(point) && !nonCharacter && !bidi && !separator && !surrogate;
  }
}
