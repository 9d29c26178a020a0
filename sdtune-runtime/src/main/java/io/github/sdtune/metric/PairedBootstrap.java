package io.github.sdtune.metric;

import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * The percentile bootstrap of a paired difference of means: items are drawn with replacement, both
 * values of an item together. Pairing removes what the items have in common, which is most of the
 * variance. The result depends on the items alone, not on their order.
 */
public final class PairedBootstrap {
  private static final int RESAMPLES = 2000;
  private static final long SEED = 0x5d7e;
  private static final double TAIL = 0.025;

  private PairedBootstrap() {}

  /**
   * Compares the values of the same items under two models.
   *
   * @return NaN throughout if there is no item, or a value is not finite
   * @throws IllegalArgumentException if the two are not of the same items
   */
  public static Comparison compare(Map<String, Double> base, Map<String, Double> tuned) {
    if (!base.keySet().equals(tuned.keySet())) {
      throw new IllegalArgumentException(
          "not the same items: " + base.keySet() + " and " + tuned.keySet());
    }
    TreeMap<String, Double> sorted = new TreeMap<>(base);
    double[] differences =
        sorted.entrySet().stream()
            .mapToDouble(item -> tuned.get(item.getKey()) - item.getValue())
            .toArray();
    double difference = mean(differences);
    if (!Double.isFinite(difference)) {
      return new Comparison(Double.NaN, Double.NaN, Double.NaN, Double.NaN, base.size());
    }
    double[] means = resampledMeans(differences);
    double baseMean = mean(sorted.values().stream().mapToDouble(value -> value).toArray());
    return new Comparison(
        difference,
        quantile(means, TAIL),
        quantile(means, 1 - TAIL),
        difference / Math.abs(baseMean),
        base.size(),
        McNemar.test(base, tuned));
  }

  /** (items) -> (resamples), sorted. */
  private static double[] resampledMeans(double[] values) {
    SplittableRandom random = new SplittableRandom(SEED);
    double[] means = new double[RESAMPLES];
    for (int resample = 0; resample < RESAMPLES; resample++) {
      double sum = 0;
      for (int i = 0; i < values.length; i++) {
        sum += values[(int) (random.nextDouble() * values.length)];
      }
      means[resample] = sum / values.length;
    }
    Arrays.sort(means);
    return means;
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElse(Double.NaN);
  }

  /** Interpolates linearly between the two nearest of {@code sorted}. */
  private static double quantile(double[] sorted, double share) {
    double position = share * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}
