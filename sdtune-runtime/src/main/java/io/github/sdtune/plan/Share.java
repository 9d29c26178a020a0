package io.github.sdtune.plan;

import java.math.BigDecimal;
import java.math.MathContext;

/**
 * How many numbers move beside how many there are. An adapter's come on top of them.
 *
 * @param moved numbers that move
 * @param of numbers of the base model
 */
public record Share(long moved, long of) {
  Share plus(Share other) {
    return new Share(moved + other.moved, of + other.of);
  }

  /** {@code 0.0927 %}: three digits. */
  String percent() {
    if (of == 0) {
      return "0 %";
    }
    BigDecimal percent = BigDecimal.valueOf(100.0 * moved / of).round(new MathContext(3));
    return percent.stripTrailingZeros().toPlainString() + " %";
  }
}
