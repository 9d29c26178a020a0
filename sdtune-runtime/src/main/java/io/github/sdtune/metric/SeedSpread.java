package io.github.sdtune.metric;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.commons.statistics.descriptive.DoubleStatistics;
import org.apache.commons.statistics.descriptive.Statistic;

/**
 * How much a metric of one model varies with the seed it is measured under: what a gate must
 * tolerate, as nothing got worse.
 *
 * @param standardDeviation of a sample (over n - 1)
 */
public record SeedSpread(String metric, double mean, double standardDeviation) {
  /** So many standard deviations are tolerated: chance goes beyond once in 700 times, one-sided. */
  public static final int STANDARD_DEVIATIONS = 3;

  /** Leaves out what is only the rounding of doubles. */
  private static final MathContext SIX_DIGITS = new MathContext(6);

  private static final MathContext TWO_DIGITS = new MathContext(2, RoundingMode.UP);

  /**
   * Of each metric that can regress and has a finite value under all seeds, the most telling first.
   *
   * @param measured metrics by their names, under two seeds or more
   */
  public static List<SeedSpread> of(List<Map<String, Metric>> measured) {
    List<SeedSpread> spreads = new ArrayList<>();
    for (String name : new TreeSet<>(measured.get(0).keySet())) {
      List<Metric> values =
          measured.stream().filter(m -> m.containsKey(name)).map(m -> m.get(name)).toList();
      double[] finite =
          values.stream()
              .filter(metric -> metric.direction() != Direction.NEUTRAL)
              .mapToDouble(Metric::value)
              .filter(Double::isFinite)
              .toArray();
      if (finite.length == measured.size()) {
        DoubleStatistics statistics =
            DoubleStatistics.of(EnumSet.of(Statistic.MEAN, Statistic.STANDARD_DEVIATION), finite);
        spreads.add(
            new SeedSpread(
                name,
                statistics.getAsDouble(Statistic.MEAN),
                statistics.getAsDouble(Statistic.STANDARD_DEVIATION)));
      }
    }
    spreads.sort(Comparator.comparing(spread -> MetricCatalog.rank(spread.metric)));
    return spreads;
  }

  /** Three standard deviations in the metric's unit, rounded up to two digits. */
  public BigDecimal tolerance() {
    return new BigDecimal(STANDARD_DEVIATIONS * standardDeviation)
        .round(SIX_DIGITS)
        .round(TWO_DIGITS)
        .stripTrailingZeros();
  }
}
