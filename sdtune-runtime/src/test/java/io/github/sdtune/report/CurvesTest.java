package io.github.sdtune.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CurvesTest {
  private static String step(int step, String loss) {
    return "{\"event\":\"step\",\"step\":%d,\"loss\":%s,\"learningRate\":0.1,\"gradNorm\":1}"
        .formatted(step, loss);
  }

  private static String validation(int step, double loss, boolean best) {
    return ("{\"event\":\"validation\",\"step\":%d,\"metrics\":{\"validation.loss\":%s},"
            + "\"best\":%s}")
        .formatted(step, loss, best);
  }

  @Test
  void theBestStepIsTheLastThatWasBest() {
    TrainingLog log =
        TrainingLog.parse(
            List.of(validation(0, 3, true), validation(5, 1, true), validation(9, 2, false)));

    assertThat(Curves.best(log)).isEqualTo(5.0);
  }

  @Test
  void whatIsTornOrNotFiniteIsAGapAndNoFailure() {
    TrainingLog log =
        TrainingLog.parse(
            List.of(step(1, "0.5"), step(2, "\"NaN\""), step(3, "0.3"), "", "{\"event\":\"st"));

    List<Double> loss = Curves.of(log).get(0).series().get(0).y();

    assertThat(loss).containsExactly(0.5, null, 0.3);
    assertThat(log.unreadable()).isEqualTo(1);
    assertThat(log.skipped()).isEqualTo(1);
  }

  @Test
  void aStepThatAResumedTrainingDidAgainCountsOnce() {
    TrainingLog log = TrainingLog.parse(List.of(step(1, "1"), step(2, "2"), step(2, "3")));

    assertThat(Curves.of(log).get(0).series().get(0).y()).containsExactly(1.0, 3.0);
  }

  @Test
  void curvesOfDifferentStepsShareTheirAxis() {
    Chart chart =
        Curves.of(
                TrainingLog.parse(
                    List.of(validation(0, 9, true), step(1, "1"), validation(1, 8, true))))
            .get(0);

    assertThat(chart.x()).containsExactly(0.0, 1.0);
    assertThat(chart.series().get(0).y()).containsExactly(null, 1.0);
    assertThat(chart.series().get(2).y()).containsExactly(9.0, 8.0);
  }

  @Test
  void aCurveWithoutPointsIsNotDrawn() {
    assertThat(Curves.of(TrainingLog.parse(List.of()))).isEmpty();
    assertThat(Curves.of(TrainingLog.parse(List.of(validation(0, 1, true)))).get(0).series())
        .hasSize(1);
  }

  @Test
  void smoothingKeepsAConstantFromItsFirstStep() {
    Map<Double, Double> points = new TreeMap<>(Map.of(1.0, 0.7, 2.0, 0.7, 3.0, 0.7));

    assertThat(Curves.smoothed(points).values())
        .allSatisfy(value -> assertThat(value).isCloseTo(0.7, within(1e-12)));
  }

  @Test
  void aLongTrainingIsThinnedAndKeepsItsLastStep() {
    List<String> lines = new ArrayList<>();
    for (int i = 1; i <= 10_000; i++) {
      lines.add(step(i, "1"));
    }

    Chart chart = Curves.of(TrainingLog.parse(lines)).get(0);

    assertThat(chart.x()).hasSizeBetween(1000, 1500).endsWith(10_000.0);
  }
}
