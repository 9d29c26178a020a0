package io.github.sdtune.gate;

import io.github.sdtune.metric.Comparison;
import io.github.sdtune.metric.Direction;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;

/**
 * A judgement as the texts of a table's row. A value that breaks a limit never prints as equal to
 * it.
 */
public record Cells(
    String metric,
    String better,
    String baseline,
    String now,
    String change,
    String interval,
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
        row.comparison().map(Cells::interval).orElse(NONE),
        allowed(row),
        row.status().name());
  }

  /** {@code -0.0739 to -0.0663}; of truths, with the p-value of McNemar's test. */
  static String interval(Comparison change) {
    String interval = Decimals.signed(change.low()) + " to " + Decimals.signed(change.high());
    return change.p().map(p -> interval + " (p = " + Decimals.format(p) + ")").orElse(interval);
  }

  private static String now(Judgement row) {
    if (row.value().isEmpty()) {
      return "missing";
    }
    double value = row.value().get();
    if (!Double.isFinite(value)) {
      return Decimals.format(value);
    }
    return broken(row).map(limit -> rounded(row, limit).value()).orElseGet(() -> plain(row, value));
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
    return Decimals.signed(change) + " (" + percent(row, change / baseline) + ")";
  }

  /** A change beyond an allowance in percent does not print as equal to the allowance. */
  private static String percent(Judgement row, double share) {
    String text = Decimals.percent(share);
    boolean equal =
        row.gate()
            .maxRegression()
            .filter(Allowance::percent)
            .filter(
                it -> new BigDecimal(text.replaceAll("[+%]", "")).abs().compareTo(it.amount()) == 0)
            .isPresent();
    return equal && broken(row).isPresent() ? Decimals.percent(share, RoundingMode.UP) : text;
  }

  private static String allowed(Judgement row) {
    Optional<String> lowest = row.lowest().map(it -> limit(row, it));
    Optional<String> highest = row.highest().map(it -> limit(row, it));
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
    boolean lower = row.direction().equals(Optional.of(Direction.LOWER));
    Optional<BigDecimal> limit = lower ? row.highest() : row.lowest();
    Optional<Double> own = lower ? row.gate().maximum() : row.gate().minimum();
    return own.isPresent()
        && limit.isPresent()
        && BigDecimal.valueOf(own.get()).compareTo(limit.get()) == 0;
  }

  private static String limit(Judgement row, BigDecimal limit) {
    return broken(row).filter(limit::equals).isPresent()
        ? rounded(row, limit).limit()
        : limit.setScale(scale(row), RoundingMode.HALF_UP).toPlainString();
  }

  private static String plain(Judgement row, double value) {
    return BigDecimal.valueOf(value).setScale(scale(row), RoundingMode.HALF_UP).toPlainString();
  }

  /** The limit that the value breaks. */
  private static Optional<BigDecimal> broken(Judgement row) {
    return row.above() ? row.highest() : row.lowest().filter(it -> row.below());
  }

  private static Rounded rounded(Judgement row, BigDecimal limit) {
    return Rounded.of(BigDecimal.valueOf(row.value().orElseThrow()), limit, scale(row));
  }

  private static int scale(Judgement row) {
    double value = row.value().filter(Double::isFinite).orElse(0.0);
    int scale = Decimals.scale(BigDecimal.valueOf(value));
    for (Optional<BigDecimal> limit : List.of(row.lowest(), row.highest())) {
      scale = Math.max(scale, limit.map(Decimals::scale).orElse(0));
    }
    return scale;
  }
}
