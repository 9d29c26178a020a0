package io.github.sdtune.report;

import io.github.sdtune.gate.Decimals;
import io.github.sdtune.metric.Direction;

/**
 * How a value changed, for a cell of a table.
 *
 * @param text such as {@code -21.38%}; empty if there is nothing to compare
 * @param kind {@code better}, {@code worse} or {@code same}: a class of the style sheet
 */
public record Change(String text, String kind) {
  static final Change NONE = new Change("", "same");

  /** In percent where the old value is positive and the change is not of a share, else plain. */
  static Change of(double before, double now, Direction direction) {
    double change = now - before;
    if (!Double.isFinite(change)) {
      return NONE;
    }
    String text =
        before > 0 && direction != Direction.HIGHER
            ? Decimals.percent(change / before)
            : Decimals.signed(change);
    return new Change(text, kind(change, direction));
  }

  private static String kind(double change, Direction direction) {
    if (change == 0 || direction == Direction.NEUTRAL) {
      return "same";
    }
    return change < 0 == (direction == Direction.LOWER) ? "better" : "worse";
  }
}
