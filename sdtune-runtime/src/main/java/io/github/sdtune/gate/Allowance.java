package io.github.sdtune.gate;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.github.sdtune.SdtuneException;
import java.math.BigDecimal;

/**
 * How much worse than the baseline a metric may be, whichever way it improves.
 *
 * @param amount at least 0: percent of the baseline's absolute value, or in the metric's unit
 */
public record Allowance(BigDecimal amount, boolean percent) {
  public Allowance {
    if (amount.signum() < 0) {
      throw new SdtuneException(
          "found "
              + amount.toPlainString()
              + ", expected at least 0: it says how much worse a metric may be, whichever way it"
              + " improves");
    }
  }

  /**
   * Parses {@code 2%} or {@code 0.05}.
   *
   * @throws SdtuneException if it is neither, or negative
   */
  @JsonCreator
  public static Allowance parse(String text) {
    String trimmed = text.trim();
    boolean percent = trimmed.endsWith("%");
    String number = percent ? trimmed.substring(0, trimmed.length() - 1).trim() : trimmed;
    try {
      return new Allowance(new BigDecimal(number), percent);
    } catch (NumberFormatException e) {
      throw new SdtuneException(
          "found '"
              + text
              + "', expected a percentage of the baseline such as 2%, or a number in the metric's"
              + " unit such as 0.05",
          e);
    }
  }

  /** In the metric's unit, exactly. */
  BigDecimal of(BigDecimal baseline) {
    return percent ? baseline.abs().multiply(amount).movePointLeft(2) : amount;
  }

  @JsonValue
  @Override
  public String toString() {
    return amount.toPlainString() + (percent ? "%" : "");
  }
}
