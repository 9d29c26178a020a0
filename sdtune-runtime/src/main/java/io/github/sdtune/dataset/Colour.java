package io.github.sdtune.dataset;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.github.sdtune.SdtuneException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A colour in sRGB.
 *
 * @param rgb 0xRRGGBB
 */
public record Colour(int rgb) {
  public static final Colour WHITE = new Colour(0xFFFFFF);

  private static final Pattern HEX = Pattern.compile("#[0-9A-Fa-f]{6}");

  /**
   * Reads {@code #RRGGBB}.
   *
   * @param place where it stands, for a message
   */
  public static Colour parse(String text, String place) {
    if (!HEX.matcher(text).matches()) {
      throw new SdtuneException(
          place + ": found '" + text + "', expected a colour such as #FFFFFF, which is white");
    }
    return new Colour(Integer.parseInt(text.substring(1), 16));
  }

  @JsonCreator
  static Colour of(String json) {
    return parse(json, "colour");
  }

  @JsonValue
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "#%06X", rgb);
  }

  /** Red, green and blue, 0 to 255. */
  int[] samples() {
    return new int[] {rgb >> 16 & 255, rgb >> 8 & 255, rgb & 255};
  }
}
