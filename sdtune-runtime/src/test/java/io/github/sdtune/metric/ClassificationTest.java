package io.github.sdtune.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ClassificationTest {
  private static final List<String> TRUTH =
      List.of("a", "a", "a", "a", "b", "b", "b", "c", "c", "c");
  private static final List<String> PREDICTED =
      List.of("a", "a", "b", "c", "b", "b", "a", "c", "c", "c");

  /** Reference values: shared/reference/metrics.md 1.12, computed with scikit-learn. */
  @Test
  void agreesWithScikitLearn() {
    Classification scores = Classification.of(Confusion.of(TRUTH, PREDICTED));

    assertThat(scores.accuracy()).isEqualTo(0.7);
    assertThat(scores.macroPrecision()).isCloseTo(0.694444, within(1e-6));
    assertThat(scores.macroRecall()).isCloseTo(0.722222, within(1e-6));
    assertThat(scores.macroF1()).isCloseTo(0.698413, within(1e-6));
    assertThat(scores.classes().get("a"))
        .isEqualTo(
            new Classification.ClassScores(2 / 3.0, 0.5, 2 * (2 / 3.0) * 0.5 / (2 / 3.0 + 0.5), 4));
  }

  @Test
  void countsTruthInRowsAndPredictionsInColumns() {
    Confusion confusion = Confusion.of(TRUTH, PREDICTED);

    assertThat(confusion.classes()).containsExactly("a", "b", "c");
    assertThat(confusion.counts())
        .containsExactly(List.of(2, 1, 1), List.of(1, 2, 0), List.of(0, 0, 3));
  }

  @Test
  void aClassThatIsNeverPredictedHasPrecisionZeroAndCounts() {
    Classification scores = Classification.of(Confusion.of(List.of("a", "b"), List.of("a", "a")));

    assertThat(scores.classes().get("b")).isEqualTo(new Classification.ClassScores(0, 0, 0, 1));
    assertThat(scores.macroPrecision()).isEqualTo(0.25);
  }

  @Test
  void aClassThatDoesNotOccurInTheTruthIsNotInTheMeans() {
    Classification scores =
        Classification.of(
            Confusion.of(List.of("a", "b", "c"), List.of("a", "a"), List.of("a", "c")));

    assertThat(scores.classes()).containsOnlyKeys("a");
    assertThat(scores.macroRecall()).isEqualTo(0.5);
    assertThat(scores.macroPrecision()).isEqualTo(1);
  }

  @Test
  void nothingPredictedIsNaNAndNotZero() {
    Classification scores = Classification.of(Confusion.of(List.of(), List.of()));

    assertThat(scores.accuracy()).isNaN();
    assertThat(scores.macroF1()).isNaN();
  }

  @Test
  void allScoresAreMetricsOfTheCatalog() {
    var metrics = Classification.of(Confusion.of(TRUTH, PREDICTED)).metrics();

    assertThat(metrics).hasSize(4 + 3 * 3);
    assertThat(metrics.get("classification.recall.c"))
        .isEqualTo(new Metric(1, Direction.HIGHER, ""));
  }

  @Test
  void refusesListsOfDifferentLengthsAndUnknownClasses() {
    assertThatThrownBy(() -> Confusion.of(List.of("a"), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Confusion.of(List.of("a"), List.of("a"), List.of("b")))
        .hasMessageContaining("not one of the classes [a]: b");
  }
}
