package io.github.sdtune.search;

import io.github.sdtune.io.Digits;
import io.github.sdtune.search.RangeTest.Point;
import java.util.List;
import java.util.Optional;

/**
 * Learning rates that a range test suggests, by the rules of fastai's {@code callback/schedule.py}.
 *
 * @param valley in the middle of the longest fall of the loss
 * @param steep where the loss falls most for a step of the rate's logarithm
 * @param minimum a tenth of the rate where the loss is smallest
 */
public record Suggestions(double valley, double steep, double minimum) {
  /** Its first tenth and the last five points of a test are left out. */
  private static final int LEFT_OUT_AT_END = 5;

  /**
   * The one that is recommended: the steepest. The valley, fastai's own choice, begins where the
   * loss begins to fall; measured on the same draws, it does so at the first of all rates, so that
   * the valley depends on where the range begins.
   */
  public double recommended() {
    return steep;
  }

  /** For people. */
  String describe() {
    return "a rate of %s is suggested: there the loss falls fastest; a tenth of the rate where it is smallest is %s, the middle of its longest fall is %s"
        .formatted(text(steep), text(minimum), text(valley));
  }

  /** A rate with two digits: it is not known better. */
  public static String text(double rate) {
    return Digits.of(rate, 2);
  }

  static Optional<Suggestions> of(RangeTest test) {
    int from = test.settings().steps() / 10;
    int to = test.points().size() - LEFT_OUT_AT_END;
    if (to - from < 3) {
      return Optional.empty();
    }
    List<Point> points = test.points().subList(from, to);
    double[] rates = points.stream().mapToDouble(Point::learningRate).toArray();
    double[] losses = points.stream().mapToDouble(Point::smoothed).toArray();
    return of(rates, losses);
  }

  /** The same for losses at rates. */
  static Optional<Suggestions> of(double[] rates, double[] losses) {
    return losses[smallest(losses)] < losses[0]
        ? Optional.of(
            new Suggestions(
                valley(rates, losses), steep(rates, losses), rates[smallest(losses)] / 10))
        : Optional.empty();
  }

  private static int smallest(double[] losses) {
    int smallest = 0;
    for (int i = 1; i < losses.length; i++) {
      if (losses[i] < losses[smallest]) {
        smallest = i;
      }
    }
    return smallest;
  }

  /** Half way through the longest falling subsequence, reckoned in thirds as fastai does. */
  static double valley(double[] rates, double[] losses) {
    int[] lengths = new int[losses.length]; // of the longest fall that ends here
    int end = 0;
    int start = 0;
    for (int i = 0; i < losses.length; i++) {
      lengths[i] = 1;
      for (int j = 0; j < i; j++) {
        if (losses[i] < losses[j]) {
          lengths[i] = Math.max(lengths[i], lengths[j] + 1);
        }
      }
      if (lengths[i] > lengths[end]) {
        end = i;
        start = end - lengths[end];
      }
    }
    double third = (end - start) / 3.0;
    return rates[Math.max(0, start + (int) third + (int) (third / 2))];
  }

  static double steep(double[] rates, double[] losses) {
    int steepest = 0;
    double most = Double.POSITIVE_INFINITY;
    for (int i = 0; i + 1 < losses.length; i++) {
      double slope = (losses[i + 1] - losses[i]) / (Math.log(rates[i + 1]) - Math.log(rates[i]));
      if (slope < most) {
        most = slope;
        steepest = i;
      }
    }
    return rates[steepest];
  }
}
