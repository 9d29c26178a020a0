package io.github.sdtune.metric;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The losses of the same pictures at the validations of a training.
 *
 * @param values of each picture, by validation
 */
record LossCurve(List<List<Double>> values) {
  /** Standard deviation over median absolute deviation, for normal numbers. */
  private static final double MAD_TO_DEVIATION = 1.4826;

  /** Deviation of the third difference of independent numbers: 1 + 9 + 9 + 1 variances. */
  private static final double THIRD_DIFFERENCE = Math.sqrt(20);

  int size() {
    return values.size();
  }

  double mean(int validation) {
    return values.get(validation).stream().mapToDouble(v -> v).average().orElse(Double.NaN);
  }

  /**
   * How far the mean jumps up and down from one validation to the next, as a standard deviation:
   * from the curve's third differences, which no parabola has, their median, so that the steep
   * start of a training does not count.
   */
  double wobble() {
    double[] differences =
        IntStream.range(0, size() - 3)
            .mapToDouble(k -> mean(k + 3) - 3 * mean(k + 2) + 3 * mean(k + 1) - mean(k))
            .map(Math::abs)
            .sorted()
            .toArray();
    int half = differences.length / 2;
    double median =
        differences.length % 2 == 1
            ? differences[half]
            : (differences[half - 1] + differences[half]) / 2;
    return MAD_TO_DEVIATION * median / THIRD_DIFFERENCE;
  }

  /**
   * A change of the mean that the wobble alone may make: the lowest of n validations lies up to
   * sqrt(2 ln n) deviations below what it would be without it, as Donoho and Johnstone have it in
   * Ideal spatial adaptation by wavelet shrinkage (1994), and one more for what it is compared
   * with.
   */
  double noise() {
    return wobble() * (1 + Math.sqrt(2 * Math.log(size())));
  }

  /**
   * The validation with the lowest loss. Of those that the wobble makes equal, the one whose
   * neighbours are low as well: a single lucky one is not taken for the minimum.
   */
  int lowest() {
    return lows().stream().min(Comparator.comparingDouble(this::smoothed)).orElseThrow();
  }

  /** The validations around the lowest that are as low, for all that the wobble tells. */
  List<Integer> bottom() {
    int lowest = lowest();
    return lows().stream().filter(k -> Math.abs(k - lowest) <= 1).toList();
  }

  private List<Integer> lows() {
    double least = IntStream.range(0, size()).mapToDouble(this::mean).min().orElseThrow();
    double wobble = wobble();
    return IntStream.range(0, size()).filter(k -> mean(k) <= least + wobble).boxed().toList();
  }

  private double smoothed(int validation) {
    return IntStream.rangeClosed(Math.max(0, validation - 1), Math.min(size() - 1, validation + 1))
        .mapToDouble(this::mean)
        .average()
        .orElseThrow();
  }

  /** The change of the pictures' losses from some validations to others, picture by picture. */
  Comparison change(List<Integer> from, List<Integer> to) {
    return PairedBootstrap.compare(means(from), means(to));
  }

  private Map<String, Double> means(List<Integer> validations) {
    Map<String, Double> means = new TreeMap<>();
    for (int picture = 0; picture < values.get(0).size(); picture++) {
      double sum = 0;
      for (int validation : validations) {
        sum += values.get(validation).get(picture);
      }
      means.put("%08d".formatted(picture), sum / validations.size());
    }
    return means;
  }
}
