package io.github.sdtune.search;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.Digits;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What is tried for one setting. Values are texts, as they would stand in the POM. */
public sealed interface Candidates {
  /** What the values of a setting are; only numbers have ranges. */
  enum Kind {
    TEXT,
    NUMBER,
    WHOLE_NUMBER
  }

  /** Each of some values. */
  record Listed(List<String> values) implements Candidates {
    public Listed {
      values = List.copyOf(values);
    }
  }

  /**
   * The numbers from one to another, all equally likely, or all orders of magnitude.
   *
   * @param logarithmic whether the number's logarithm is what is drawn
   * @param whole whether only whole numbers are meant
   */
  record Range(double from, double to, boolean logarithmic, boolean whole) implements Candidates {
    private static final MathContext DIGITS = new MathContext(3);

    /**
     * The number at a share of the way, with three significant digits: what is tried is what is
     * printed.
     *
     * @param share 0 to below 1
     */
    String at(double share) {
      if (whole) {
        // Each whole number has a unit of the way to itself; of a logarithmic range at its lower
        // end.
        double number = between(from, to + 1, share);
        return Long.toString((long) Math.min(to, Math.floor(number)));
      }
      double number = new BigDecimal(between(from, to, share)).round(DIGITS).doubleValue();
      return Digits.of(Math.max(from, Math.min(to, number)));
    }

    private double between(double low, double high, double share) {
      return logarithmic
          ? Math.exp(Math.log(low) + share * (Math.log(high) - Math.log(low)))
          : low + share * (high - low);
    }
  }

  Pattern RANGE = Pattern.compile("(\\S+?)\\s*\\.\\.\\s*(\\S+?)(\\s+log)?");

  /**
   * Reads {@code 4,8,16}, {@code 0..0.2} or {@code 1e-5..1e-3 log}. Values that have commas are
   * parted by {@code |}.
   *
   * @param place of the element, for messages
   */
  static Candidates parse(String place, String text, Kind kind) {
    Matcher range = RANGE.matcher(text.strip());
    if (kind != Kind.TEXT && range.matches()) {
      return range(place, text.strip(), range, kind == Kind.WHOLE_NUMBER);
    }
    List<String> values =
        Stream.of(text.split(text.contains("|") ? "\\|" : ",", -1)).map(String::strip).toList();
    require(
        values.stream().noneMatch(String::isEmpty),
        place,
        text,
        "values such as 4,8,16" + (kind == Kind.TEXT ? "" : " or a range such as 1e-5..1e-3 log"));
    require(new HashSet<>(values).size() == values.size(), place, text, "each value once");
    return new Listed(values);
  }

  private static Range range(String place, String text, Matcher parts, boolean whole) {
    boolean logarithmic = parts.group(3) != null;
    double from = number(parts.group(1), whole).orElse(Double.NaN);
    double to = number(parts.group(2), whole).orElse(Double.NaN);
    String numbers = whole ? "two whole numbers" : "two numbers";
    require(from < to, place, text, numbers + ", the smaller first, such as 1e-5..1e-3 log");
    require(!logarithmic || from > 0, place, text, "more than 0 in a range with log");
    return new Range(from, to, logarithmic, whole);
  }

  private static Optional<Double> number(String text, boolean whole) {
    try {
      double number = whole ? Integer.parseInt(text) : Double.parseDouble(text);
      return Optional.of(number).filter(Double::isFinite);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static void require(boolean holds, String place, String found, String expected) {
    if (!holds) {
      throw new SdtuneException(place + ": found " + found + ", expected " + expected);
    }
  }
}
