package io.github.sdtune.metric;

import static io.github.sdtune.metric.FeatureVectors.squaredDistance;

import java.util.Arrays;

/**
 * How two sets of features lie in each other: improved precision and recall (Kynkäänniemi et al.
 * 2019, https://arxiv.org/abs/1904.06991), density and coverage (Naeem et al. 2020,
 * https://arxiv.org/abs/2002.09797). A picture's ball reaches to its k-th nearest neighbour in its
 * own set.
 *
 * @param precision share of the generated pictures in the ball of a real one; the border counts
 * @param recall share of the real pictures in the ball of a generated one; the border counts
 * @param density how many balls of real pictures a generated one is in, over k; may exceed 1
 * @param coverage share of the real pictures whose ball has a generated one in it
 */
public record PrecisionRecallDensityCoverage(
    double precision, double recall, double density, double coverage) {

  /**
   * Compares two sets.
   *
   * @param real (n, d), n above k
   * @param generated (m, d), m above k
   * @param k neighbours, themselves not counted
   */
  public static PrecisionRecallDensityCoverage of(double[][] real, double[][] generated, int k) {
    double[] ofReal = squaredRadii(real, k);
    double[] ofGenerated = squaredRadii(generated, k);
    boolean[] precise = new boolean[generated.length];
    boolean[] recalled = new boolean[real.length];
    boolean[] covered = new boolean[real.length];
    long inside = 0;
    for (int i = 0; i < real.length; i++) {
      for (int j = 0; j < generated.length; j++) {
        double distance = squaredDistance(real[i], generated[j]);
        precise[j] |= distance <= ofReal[i];
        recalled[i] |= distance <= ofGenerated[j];
        if (distance < ofReal[i]) {
          covered[i] = true;
          inside++;
        }
      }
    }
    return new PrecisionRecallDensityCoverage(
        share(precise),
        share(recalled),
        (double) inside / ((double) k * generated.length),
        share(covered));
  }

  /** Of precision and recall. */
  public double f1() {
    return 2 * precision * recall / Math.max(1e-5, precision + recall);
  }

  private static double[] squaredRadii(double[][] rows, int k) {
    double[] radii = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      double[] distances = new double[rows.length];
      for (int j = 0; j < rows.length; j++) {
        distances[j] = squaredDistance(rows[i], rows[j]);
      }
      Arrays.sort(distances);
      radii[i] = distances[k]; // the first is itself
    }
    return radii;
  }

  private static double share(boolean[] truths) {
    int count = 0;
    for (boolean truth : truths) {
      count += truth ? 1 : 0;
    }
    return (double) count / truths.length;
  }
}
