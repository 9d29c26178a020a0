package io.github.sdtune.metric;

import static io.github.sdtune.metric.FeatureVectors.product;

/**
 * Kernel Inception Distance (Bińkowski et al. 2018, https://arxiv.org/abs/1801.01401): the unbiased
 * estimate of the squared maximum mean discrepancy of two sets of features, under the kernel {@code
 * k(x, y) = (x·y / d + 1)^3}. Of all pictures at once and not of subsets, so that nothing is drawn.
 * It is 0 in the mean for sets of one distribution, and so may be negative.
 */
public final class KernelInceptionDistance {
  private KernelInceptionDistance() {}

  /**
   * The distance.
   *
   * @param real (n, d), n at least 2
   * @param generated (m, d), m at least 2
   */
  public static double of(double[][] real, double[][] generated) {
    return withoutItself(real) + withoutItself(generated) - 2 * across(real, generated);
  }

  /** Mean of the kernel over pairs of two rows. */
  private static double withoutItself(double[][] rows) {
    double sum = 0;
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < i; j++) {
        sum += 2 * kernel(rows[i], rows[j]);
      }
    }
    return sum / ((double) rows.length * (rows.length - 1));
  }

  private static double across(double[][] a, double[][] b) {
    double sum = 0;
    for (double[] x : a) {
      for (double[] y : b) {
        sum += kernel(x, y);
      }
    }
    return sum / ((double) a.length * b.length);
  }

  private static double kernel(double[] x, double[] y) {
    double base = product(x, y) / x.length + 1;
    return base * base * base;
  }
}
