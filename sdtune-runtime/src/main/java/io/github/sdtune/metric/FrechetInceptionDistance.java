package io.github.sdtune.metric;

import static io.github.sdtune.metric.FeatureVectors.mean;
import static io.github.sdtune.metric.FeatureVectors.squaredDistance;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;

/**
 * Fréchet Inception Distance (Heusel et al. 2017, https://arxiv.org/abs/1706.08500): {@code |mu_x -
 * mu_y|^2 + tr(S_x + S_y - 2 (S_x S_y)^(1/2))} of two sets of features. With fewer pictures than
 * features it says more about their number than about them: by it two halves of one set are further
 * apart than two styles.
 */
public final class FrechetInceptionDistance {
  private FrechetInceptionDistance() {}

  /**
   * The distance. With {@code A = (X - mu_x) / sqrt(n - 1)} and B alike, the trace of {@code (S_x
   * S_y)^(1/2)} is the sum of the singular values of {@code A B^T}: no matrix of features by
   * features is needed, nor one that can be inverted.
   *
   * @param real (n, d), n at least 2
   * @param generated (m, d), m at least 2
   */
  public static double of(double[][] real, double[][] generated) {
    DMatrixRMaj a = centred(real);
    DMatrixRMaj b = centred(generated);
    DMatrixRMaj product = new DMatrixRMaj(a.numRows, b.numRows);
    CommonOps_DDRM.multTransB(a, b, product); // (n, m)
    return squaredDistance(mean(real), mean(generated))
        + squares(a)
        + squares(b)
        - 2 * sumOfSingularValues(product);
  }

  private static DMatrixRMaj centred(double[][] rows) {
    double[] mean = mean(rows);
    double scale = 1 / Math.sqrt(rows.length - 1.0);
    DMatrixRMaj centred = new DMatrixRMaj(rows.length, mean.length);
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < mean.length; j++) {
        centred.set(i, j, scale * (rows[i][j] - mean[j]));
      }
    }
    return centred;
  }

  /** The trace of a covariance. */
  private static double squares(DMatrixRMaj matrix) {
    double sum = 0;
    for (double value : matrix.data) {
      sum += value * value;
    }
    return sum;
  }

  private static double sumOfSingularValues(DMatrixRMaj matrix) {
    SingularValueDecomposition_F64<DMatrixRMaj> svd =
        DecompositionFactory_DDRM.svd(matrix.numRows, matrix.numCols, false, false, true);
    if (!svd.decompose(matrix)) {
      return Double.NaN;
    }
    double sum = 0;
    for (int i = 0; i < svd.numberOfSingularValues(); i++) {
      sum += svd.getSingularValues()[i];
    }
    return sum;
  }
}
