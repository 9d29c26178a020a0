package io.github.sdtune.gate;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Numbers as people read them: four decimals, or three significant digits of small values. */
public final class Decimals {
  private static final int DECIMALS = 4;
  private static final int SIGNIFICANT = 3;
  private static final int MOST_DECIMALS = 12;

  private Decimals() {}

  public static String format(double value) {
    if (!Double.isFinite(value)) {
      return nonFinite(value);
    }
    BigDecimal exact = BigDecimal.valueOf(value);
    return exact.setScale(scale(exact), RoundingMode.HALF_UP).toPlainString();
  }

  /** With a sign, for a difference. */
  public static String signed(double value) {
    String text = format(value);
    return value > 0 ? "+" + text : text;
  }

  /** With a sign and two decimals, for {@code share} 0.02: {@code +2.00%}. */
  public static String percent(double share) {
    return percent(share, RoundingMode.HALF_UP);
  }

  static String percent(double share, RoundingMode rounding) {
    if (!Double.isFinite(share)) {
      return nonFinite(share);
    }
    BigDecimal percent = BigDecimal.valueOf(share).movePointRight(2).setScale(2, rounding);
    return (percent.signum() > 0 ? "+" : "") + percent.toPlainString() + "%";
  }

  /** Decimals that show three significant digits of {@code value}, at least four. */
  static int scale(BigDecimal value) {
    if (value.signum() == 0) {
      return DECIMALS;
    }
    int leadingZeros = value.scale() - value.precision();
    return Math.min(MOST_DECIMALS, Math.max(DECIMALS, leadingZeros + SIGNIFICANT));
  }

  private static String nonFinite(double value) {
    return Double.isNaN(value) ? "NaN" : value > 0 ? "infinite" : "-infinite";
  }
}
