package io.github.sdtune.gate;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * A value and a limit with the same number of decimals. Where the value breaks the limit and
 * rounding would make the two equal, each is rounded away from the other.
 */
record Rounded(String value, String limit) {
  static Rounded of(BigDecimal value, BigDecimal limit, int scale) {
    BigDecimal shownValue = value.setScale(scale, RoundingMode.HALF_UP);
    BigDecimal shownLimit = limit.setScale(scale, RoundingMode.HALF_UP);
    int order = value.compareTo(limit);
    if (order != 0 && shownValue.compareTo(shownLimit) == 0) {
      shownValue = value.setScale(scale, order > 0 ? RoundingMode.CEILING : RoundingMode.FLOOR);
      shownLimit = limit.setScale(scale, order > 0 ? RoundingMode.FLOOR : RoundingMode.CEILING);
    }
    return new Rounded(shownValue.toPlainString(), shownLimit.toPlainString());
  }

  static Rounded of(BigDecimal value, BigDecimal limit) {
    return of(value, limit, Math.max(Decimals.scale(value), Decimals.scale(limit)));
  }
}
