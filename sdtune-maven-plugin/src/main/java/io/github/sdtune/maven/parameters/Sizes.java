package io.github.sdtune.maven.parameters;

import io.github.sdtune.SdtuneException;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as users write them: {@code 5GB} is five thousand millions, {@code 5GiB} a little more. */
public final class Sizes {
  private static final Pattern SIZE =
      Pattern.compile("(\\d{1,9}(?:\\.\\d{1,3})?) ?([KMGT]?)(I?)B?");

  private Sizes() {}

  /**
   * In bytes; absent if there is no text.
   *
   * @param place of the text, for the message
   * @throws SdtuneException if it is none, or nothing
   */
  public static OptionalLong parse(String place, String text) {
    if (text == null) {
      return OptionalLong.empty();
    }
    Matcher size = SIZE.matcher(text.strip().toUpperCase(Locale.ROOT));
    if (!size.matches() || Double.parseDouble(size.group(1)) == 0) {
      throw new SdtuneException(place + ": found " + text + ", expected a size such as 5GB");
    }
    int power = size.group(2).isEmpty() ? 0 : " KMGT".indexOf(size.group(2));
    double unit = Math.pow(size.group(3).isEmpty() ? 1000 : 1024, power);
    return OptionalLong.of(Math.round(Double.parseDouble(size.group(1)) * unit));
  }
}
