package io.github.sdtune.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Values that the sources which defined these metrics computed: pytorch-fid, torch-fidelity, prdc,
 * scikit-learn. They are asymmetric, so that exchanged arguments are seen.
 */
class FeatureMetricsTest {
  private static final double[][] REAL = matrix(10, (i, j) -> Math.sin(1.3 * i + 2.1 * j + 0.5));
  private static final double[][] GENERATED =
      matrix(12, (i, j) -> 0.8 * Math.cos(0.9 * i + 1.7 * j) + 0.25);

  @FunctionalInterface
  private interface Entry {
    double at(int i, int j);
  }

  private static double[][] matrix(int rows, Entry entry) {
    double[][] matrix = new double[rows][3];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < 3; j++) {
        matrix[i][j] = entry.at(i, j);
      }
    }
    return matrix;
  }

  @Test
  void kernelInceptionDistanceIsTorchFidelitysUnbiasedOne() {
    assertThat(KernelInceptionDistance.of(REAL, GENERATED))
        .isCloseTo(-0.041718020361031, within(1e-13));
    assertThat(KernelInceptionDistance.of(REAL, Arrays.copyOf(GENERATED, 10)))
        .isCloseTo(-0.0665849497664821, within(1e-13));
    assertThat(KernelInceptionDistance.of(REAL, REAL))
        .isCloseTo(-0.44385243160125576, within(1e-13));
  }

  @Test
  void frechetInceptionDistanceIsPytorchFids() {
    assertThat(FrechetInceptionDistance.of(REAL, GENERATED))
        .isCloseTo(0.4086308199474, within(1e-11));
    assertThat(FrechetInceptionDistance.of(REAL, REAL)).isCloseTo(0, within(1e-12));
  }

  /** Means (0, 0) and (3, 4), covariances diag(1, 4) and diag(9, 16): 25 + (1-3)^2 + (2-4)^2. */
  @Test
  void frechetInceptionDistanceOfTwoGaussiansIsKnown() {
    double[][] narrow = {{-1, 0}, {1, 0}, {0, -2}, {0, 2}};
    double[][] wide = {{0, 4}, {6, 4}, {3, 0}, {3, 8}};
    double scale = Math.sqrt(3.0 / 2); // of four points, so that n - 1 divides out
    for (int i = 0; i < 4; i++) {
      for (int j = 0; j < 2; j++) {
        narrow[i][j] *= scale;
        double mean = j == 0 ? 3 : 4;
        wide[i][j] = mean + scale * (wide[i][j] - mean);
      }
    }
    assertThat(FrechetInceptionDistance.of(narrow, wide)).isCloseTo(33, within(1e-12));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0, 0.1, 0, 0",
    "2, 1, 0.8, 1.6666666667, 1",
    "3, 1, 0.9, 1.3611111111, 1",
    "5, 1, 1, 1.0833333333, 1",
  })
  void precisionRecallDensityAndCoverageAreThoseOfPrdc(
      int k, double precision, double recall, double density, double coverage) {
    PrecisionRecallDensityCoverage found = PrecisionRecallDensityCoverage.of(REAL, GENERATED, k);
    assertThat(found.precision()).isCloseTo(precision, within(1e-9));
    assertThat(found.recall()).isCloseTo(recall, within(1e-9));
    assertThat(found.density()).isCloseTo(density, within(1e-9));
    assertThat(found.coverage()).isCloseTo(coverage, within(1e-9));
    if (k == 3) {
      assertThat(found.f1()).isCloseTo(0.9473684211, within(1e-9));
    }
  }

  /** The border counts for precision and recall, as Kynkäänniemi's own code has it. */
  @Test
  void copiesOfOnePictureAreAsTheyShouldBe() {
    double[][] copies = {{1, 2}, {1, 2}, {1, 2}, {1, 2}, {1, 2}};
    PrecisionRecallDensityCoverage found = PrecisionRecallDensityCoverage.of(copies, copies, 3);
    assertThat(found).isEqualTo(new PrecisionRecallDensityCoverage(1, 1, 0, 0));
  }

  /** A tight cluster inside a wide cloud is precise and recalls little. */
  @Test
  void precisionIsOfWhatIsGeneratedAndRecallOfWhatIsReal() {
    Random random = new Random(1);
    double[][] cloud = matrix(200, (i, j) -> random.nextGaussian());
    double[][] cluster = matrix(200, (i, j) -> 0.05 * random.nextGaussian());
    PrecisionRecallDensityCoverage found = PrecisionRecallDensityCoverage.of(cloud, cluster, 3);
    assertThat(found.precision()).isGreaterThan(0.8);
    assertThat(found.recall()).isLessThan(0.3);
  }

  @Test
  void neighboursVoteByTheirSimilarity() {
    double[][] known = {{1, 0}, {0.9, 0.1}, {0, 1}, {0.1, 1}, {0.2, 1}};
    List<String> classes = List.of("cat", "cat", "dog", "dog", "dog");
    NearestNeighbours neighbours = new NearestNeighbours(known);
    assertThat(neighbours.classify(new double[] {1, 0.05}, classes, 3)).isEqualTo("cat");
    assertThat(neighbours.classify(new double[] {0.05, 1}, classes, 3)).isEqualTo("dog");
    assertThat(neighbours.similarity(new double[] {3, 0})).isCloseTo(1, within(1e-12));
    assertThat(neighbours.similarity(new double[] {-1, -1})).isNegative();
    assertThat(neighbours.similarity(new double[] {Double.NaN, 1})).isNaN();
  }

  @Test
  void diversityIsTheMeanDistanceOfPairs() {
    List<double[]> pictures =
        List.of(new double[] {1, 0}, new double[] {0, 1}, new double[] {2, 0});
    // pairs: 1 - 0, 1 - 1, 1 - 0
    assertThat(NearestNeighbours.diversity(pictures)).isCloseTo(2.0 / 3, within(1e-12));
  }
}
