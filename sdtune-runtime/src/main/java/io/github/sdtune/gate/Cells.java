package io.github.sdtune.gate;

import io.github.sdtune.metric.Direction;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;

/**
 * A judgement as the texts of a table's row. A value that breaks a limit is rounded away from it,
 * and the limit away from the value, so that the two never print as equal.
 */
public record Cells(
    String metric,
    String better,
    String baseline,
    String now,
    String change,
    String allowed,
    String result) {
  static final String NONE = "-";

  public static Cells of(Judgement row) {
    return new Cells(
        Printable.line(row.metric()),
        row.direction().map(Direction::json).orElse(NONE),
        row.baseline().map(Decimals::format).orElse(NONE),
        now(row),
        change(row),
        allowed(row),
        row.status().name());
  }

  private static String now(Judgement row) {
    if (row.value().isEmpty()) {
      return "missing";
    }
    double value = row.value().get();
    if (!Double.isFinite(value)) {
      return Decimals.format(value);
    }
    return Decimals.format(BigDecimal.valueOf(value), away(row), scale(row));
  }

  private static String change(Judgement row) {
    if (row.change().isEmpty()) {
      return NONE;
    }
    double baseline = row.baseline().orElseThrow();
    double change = row.change().get();
    if (baseline <= 0) {
      return Decimals.signed(change);
    }
    RoundingMode rounding = row.above() || row.below() ? RoundingMode.UP : RoundingMode.HALF_UP;
    return Decimals.signed(change) + " (" + Decimals.percent(change / baseline, rounding) + ")";
  }

  private static String allowed(Judgement row) {
    Optional<String> lowest =
        row.lowest().map(it -> limit(row, it, row.below() ? RoundingMode.CEILING : null));
    Optional<String> highest =
        row.highest().map(it -> limit(row, it, row.above() ? RoundingMode.FLOOR : null));
    String range;
    if (lowest.isPresent() && highest.isPresent()) {
      range = lowest.get() + " to " + highest.get();
    } else {
      range = highest.map(it -> "<= " + it).or(() -> lowest.map(it -> ">= " + it)).orElse("");
    }
    String regression =
        row.gate()
            .maxRegression()
            .filter(it -> !decidedByLimit(row))
            .map(Object::toString)
            .orElse("");
    if (row.change().isEmpty() && row.gate().maxRegression().isPresent()) {
      regression = row.gate().maxRegression().get() + " unchecked";
    }
    if (range.isEmpty()) {
      return regression.isEmpty() ? NONE : regression;
    }
    return regression.isEmpty() ? range : range + " (" + regression + ")";
  }

  /** Whether the minimum or maximum is stricter than what the baseline allows. */
  private static boolean decidedByLimit(Judgement row) {
    Optional<BigDecimal> limit =
        row.direction().equals(Optional.of(Direction.LOWER)) ? row.highest() : row.lowest();
    Optional<Double> own =
        row.direction().equals(Optional.of(Direction.LOWER))
            ? row.gate().maximum()
            : row.gate().minimum();
    return own.isPresent()
        && limit.isPresent()
        && BigDecimal.valueOf(own.get()).compareTo(limit.get()) == 0;
  }

  private static String limit(Judgement row, BigDecimal limit, RoundingMode away) {
    return Decimals.format(limit, away == null ? RoundingMode.HALF_UP : away, scale(row));
  }

  private static RoundingMode away(Judgement row) {
    if (row.above()) {
      return RoundingMode.CEILING;
    }
    return row.below() ? RoundingMode.FLOOR : RoundingMode.HALF_UP;
  }

  private static int scale(Judgement row) {
    int scale =
        Decimals.scale(BigDecimal.valueOf(row.value().filter(Double::isFinite).orElse(0.0)));
    for (Optional<BigDecimal> limit : List.of(row.lowest(), row.highest())) {
      scale = Math.max(scale, limit.map(Decimals::scale).orElse(0));
    }
    return scale;
  }
}
