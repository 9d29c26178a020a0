package io.github.sdtune.io;

import java.math.BigDecimal;
import java.math.MathContext;

/** Numbers as one would write them into a POM. */
public final class Digits {
  private Digits() {}

  /** With so many significant digits: 0.00327, but 3.27e-5. */
  public static String of(double number, int digits) {
    return text(new BigDecimal(number).round(new MathContext(digits)));
  }

  /** With all the digits that it has. */
  public static String of(double number) {
    return text(BigDecimal.valueOf(number));
  }

  /** Without an exponent where that is short. */
  private static String text(BigDecimal number) {
    BigDecimal decimal = number.stripTrailingZeros();
    int exponent = decimal.precision() - decimal.scale() - 1;
    return exponent >= -3 && exponent < 6
        ? decimal.toPlainString()
        : decimal.scaleByPowerOfTen(-exponent).toPlainString() + "e" + exponent;
  }
}
