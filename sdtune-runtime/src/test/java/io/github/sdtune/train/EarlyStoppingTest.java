package io.github.sdtune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.train.EarlyStopping.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EarlyStoppingTest {
  private static final String F1 = "classification.macroF1";

  private static EarlyStopping patient(int patience, double minDelta) {
    return new EarlyStopping(new EarlyStoppingSettings(patience, minDelta));
  }

  @Test
  void stopsAfterAsManyValidationsWithoutImprovementAsThePatienceAllows() {
    EarlyStopping stopping = patient(2, 0);
    assertThat(stopping.improves(0.5, 10)).isTrue();
    assertThat(stopping.improves(0.6, 20)).isFalse();
    assertThat(stopping.stop()).isEmpty();
    assertThat(stopping.improves(0.5, 30)).isFalse();
    assertThat(stopping.stop()).contains(Reason.PATIENCE);
    assertThat(stopping.state())
        .isEqualTo(new EarlyStopping.State(0.5, 10, 0.5, 2, Optional.of(0.5)));
  }

  @Test
  void anImprovementStartsThePatienceAnew() {
    EarlyStopping stopping = patient(2, 0);
    stopping.improves(0.5, 10);
    stopping.improves(0.6, 20);
    assertThat(stopping.improves(0.4, 30)).isTrue();
    stopping.improves(0.6, 40);
    assertThat(stopping.stop()).isEmpty();
  }

  /** A change of min_delta itself is none, as in Lightning. */
  @ParameterizedTest
  @CsvSource({"0.374, 0", "0.375, 1", "0.376, 1", "0.5, 1"})
  void anImprovementMustExceedMinDelta(double value, int waited) {
    EarlyStopping stopping = patient(3, 0.125);
    stopping.improves(0.5, 10);
    stopping.improves(value, 20);
    assertThat(stopping.state().waited()).isEqualTo(waited);
  }

  /** Lightning's checkpoints know no min_delta: the lowest loss is the best, by however little. */
  @Test
  void theBestIsTheBestThoughItIsNoImprovement() {
    EarlyStopping stopping = patient(2, 0.1);
    stopping.improves(0.5, 10);
    assertThat(stopping.improves(0.45, 20)).isTrue();
    assertThat(stopping.improves(0.42, 30)).isTrue();
    assertThat(stopping.stop()).contains(Reason.PATIENCE);
    assertThat(stopping.state().best()).isEqualTo(0.42);
    assertThat(stopping.state().bestStep()).isEqualTo(30);
  }

  @Test
  void smallImprovementsAddUpToOne() {
    EarlyStopping stopping = patient(2, 0.1);
    stopping.improves(0.5, 10);
    stopping.improves(0.45, 20);
    stopping.improves(0.39, 30);
    assertThat(stopping.stop()).isEmpty();
    assertThat(stopping.state().waited()).isZero();
  }

  @Test
  void aValueThatIsNotFiniteIsNeverBestAndEndsTheRun() {
    for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      EarlyStopping stopping = patient(5, 0);
      assertThat(stopping.improves(value, 10)).isFalse();
      assertThat(stopping.stop()).contains(Reason.DIVERGED);
    }
  }

  @Test
  void noPatienceNeverStops() {
    EarlyStopping stopping = patient(0, 0);
    for (int step = 0; step < 100; step++) {
      stopping.improves(1, step);
    }
    assertThat(stopping.stop()).isEmpty();
  }

  @Test
  void goesOnFromASavedState() {
    EarlyStopping stopping =
        new EarlyStopping(
            new EarlyStoppingSettings(3, 0),
            new EarlyStopping.State(0.3, 50, 0.3, 2, Optional.of(0.4)));
    assertThat(stopping.improves(0.35, 60)).isFalse();
    assertThat(stopping.stop()).contains(Reason.PATIENCE);
  }

  @Test
  void theCatalogueSaysWhichWayTheMetricIsBetter() {
    EarlyStopping stopping = new EarlyStopping(watching(F1, 2, 0.01, 0, null, null));
    assertThat(stopping.improves(0.1, 0)).isTrue();
    assertThat(stopping.improves(0.3, 10)).isTrue();
    assertThat(stopping.improves(0.2, 20)).isFalse();
    assertThat(stopping.improves(0.305, 30)).isTrue();
    assertThat(stopping.stop()).contains(Reason.PATIENCE);
    assertThat(stopping.state().best()).isEqualTo(0.305);
  }

  @Test
  void noPatienceIsLostBeforeTheFirstStep() {
    EarlyStopping stopping = new EarlyStopping(watching("validation.loss", 2, 0, 40, null, null));
    List<Boolean> stopped = new ArrayList<>();
    for (int step = 0; step <= 60; step += 10) {
      stopping.improves(step == 0 ? 0.5 : 0.6, step);
      stopped.add(stopping.stop().isPresent());
    }
    assertThat(stopped).containsExactly(false, false, false, false, false, true, true);
  }

  @Test
  void stopsOnceTheMetricIsAsGoodAsAskedFor() {
    EarlyStopping lower = new EarlyStopping(watching("validation.loss", 0, 0, 0, 0.25, null));
    lower.improves(0.26, 10);
    assertThat(lower.stop()).isEmpty();
    lower.improves(0.25, 20);
    assertThat(lower.stop()).contains(Reason.REACHED);
    EarlyStopping higher = new EarlyStopping(watching(F1, 0, 0, 0, 0.5, null));
    higher.improves(0.4, 10);
    assertThat(higher.stop()).isEmpty();
    higher.improves(0.6, 20);
    assertThat(higher.stop()).contains(Reason.REACHED);
  }

  @Test
  void stopsOnceTheMetricIsWorseThanItMayBe() {
    EarlyStopping stopping = new EarlyStopping(watching("validation.loss", 0, 0, 0, null, 0.75));
    stopping.improves(0.75, 10);
    assertThat(stopping.stop()).isEmpty();
    stopping.improves(0.76, 20);
    assertThat(stopping.stop()).contains(Reason.DIVERGED);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      textBlock =
          """
          validation.lost, 3, 0, 0, -, -, <metric>: found validation.lost
          samples.colourfulness, 3, 0, 0, -, -, expected a metric that has a better side
          validation.loss, -1, 0, 0, -, -, <patience>: found -1
          validation.loss, 3, -1, 0, -, -, <minDelta>: found -1.0
          validation.loss, 3, NaN, 0, -, -, <minDelta>: found NaN
          validation.loss, 0, 0.1, 0, -, -, nothing beside <patience> 0
          validation.loss, 0, 0, 5, -, -, nothing beside <patience> 0
          validation.loss, 3, 0, -5, -, -, <firstStep>: found -5
          validation.loss, 3, 0, 0, NaN, -, <stoppingThreshold>: found NaN
          validation.loss, 3, 0, 0, -, Infinity, <divergenceThreshold>: found Infinity
          validation.loss, 3, 0, 0, 0.5, 0.4, <stoppingThreshold>: found 0.5
          classification.macroF1, 3, 0, 0, 0.4, 0.5, <stoppingThreshold>: found 0.4
          """)
  void refusesWhatCannotBe(
      String metric,
      int patience,
      double minDelta,
      int firstStep,
      Double stopping,
      Double divergence,
      String message) {
    assertThatThrownBy(() -> watching(metric, patience, minDelta, firstStep, stopping, divergence))
        .isInstanceOf(SdtuneException.class)
        .hasMessageStartingWith("<training><earlyStopping>")
        .hasMessageContaining(message);
  }

  private static EarlyStoppingSettings watching(
      String metric,
      int patience,
      double minDelta,
      int firstStep,
      Double stopping,
      Double divergence) {
    return new EarlyStoppingSettings(
        metric,
        patience,
        minDelta,
        firstStep,
        Optional.ofNullable(stopping),
        Optional.ofNullable(divergence));
  }
}
