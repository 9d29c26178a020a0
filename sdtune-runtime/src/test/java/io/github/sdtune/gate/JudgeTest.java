package io.github.sdtune.gate;

import static io.github.sdtune.gate.TestGates.baseline;
import static io.github.sdtune.gate.TestGates.gate;
import static io.github.sdtune.gate.TestGates.metrics;
import static io.github.sdtune.gate.TestGates.warning;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.sdtune.metric.Direction;
import io.github.sdtune.metric.Metric;
import io.github.sdtune.metric.Metrics;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JudgeTest {
  private static final Gate LOSS = gate("validation.loss", null, null, "2%");

  private static Judgement judge(Gate gate, Metrics now, Optional<Baseline> baseline) {
    return Gates.judge(List.of(gate), now, baseline).rows().get(0);
  }

  @ParameterizedTest
  @CsvSource({
    // metric, allowance, baseline, now, holds
    "validation.loss, 2%, 0.125, 0.1275, true",
    "validation.loss, 2%, 0.125, 0.12750001, false",
    "validation.loss, 0.01, 0.125, 0.135, true",
    "validation.loss, 0.01, 0.125, 0.1351, false",
    "validation.loss, 2%, 0.125, 0.001, true",
    "validation.loss, 0, 0.125, 0.125, true",
    "validation.loss, 0%, 0.125, 0.1250001, false",
    "classification.accuracy, 0.1, 0.8, 0.7, true",
    "classification.accuracy, 0.1, 0.8, 0.69999, false",
    "classification.accuracy, 10%, 0.8, 0.72, true",
    "classification.accuracy, 10%, 0.8, 0.7199, false",
    "classification.accuracy, 0.1, 0.8, 1.0, true",
    // A negative baseline must not turn the test round, as dividing by it would.
    "classification.margin, 0.1, -0.5, -0.6, true",
    "classification.margin, 0.1, -0.5, -0.61, false",
    "classification.margin, 0.1, -0.5, 0.5, true",
    "classification.margin, 0.1, 0, -0.11, false"
  })
  void allowsARegressionUpToTheAllowanceAndAnyImprovement(
      String metric, String allowance, double before, double now, boolean holds) {
    Judgement row =
        judge(
            gate(metric, null, null, allowance),
            metrics(metric, now),
            baseline(metrics(metric, before)));

    assertThat(row.status()).isEqualTo(holds ? Status.PASS : Status.FAIL);
    assertThat(row.failed()).isEqualTo(!holds);
    assertThat(row.change().orElseThrow()).isCloseTo(now - before, within(1e-15));
  }

  @ParameterizedTest
  @CsvSource({"0.3, PASS", "0.5, PASS", "0.29999, FAIL", "0.50001, FAIL"})
  void limitsAreInclusiveAndNeedNoBaseline(double value, Status status) {
    Judgement row =
        judge(
            gate("classification.macroF1", 0.3, 0.5, null),
            metrics("classification.macroF1", value),
            Optional.empty());

    assertThat(row.status()).isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void aValueThatIsNotFiniteFailsEveryKindOfGate(double value) {
    for (Gate gate :
        List.of(
            LOSS,
            gate("validation.loss", 0.0, null, null),
            gate("validation.loss", null, 9.0, null))) {
      Judgement row = judge(gate, metrics(value), baseline(metrics(0.1)));

      assertThat(row.status()).isEqualTo(Status.FAIL);
      assertThat(row.message()).contains("which no gate lets pass");
    }
  }

  @Test
  void aMetricThatWasNotMeasuredFailsAndSaysWhatWas() {
    Judgement row =
        judge(
            gate("validation.loss.t187", null, null, "2%"),
            metrics("validation.loss.t125", 1),
            Optional.empty());

    assertThat(row.status()).isEqualTo(Status.FAIL);
    assertThat(row.message())
        .isEqualTo("validation.loss.t187 was not measured (what was: validation.loss.t125)");
  }

  @Test
  void aMetricThatTheBaselineLacksFailsOnlyWhereItIsComparedWith() {
    Optional<Baseline> other = baseline(metrics("classification.accuracy", 1));

    assertThat(judge(LOSS, metrics(0.1), other).message())
        .isEqualTo("validation.loss is not in the metrics of 1.0 to compare with");
    assertThat(judge(LOSS, metrics(0.1), other).failed()).isTrue();
    assertThat(judge(gate("validation.loss", null, 1.0, null), metrics(0.1), other).status())
        .isEqualTo(Status.PASS);
  }

  @Test
  void aBaselineThatIsNaNFails() {
    Judgement row = judge(LOSS, metrics(0.1), baseline(metrics(Double.NaN)));

    assertThat(row.status()).isEqualTo(Status.FAIL);
    assertThat(row.message()).contains("1.0, where it is NaN");
  }

  @Test
  void aPercentageOfABaselineOfZeroFailsAndSaysWhy() {
    Judgement row = judge(LOSS, metrics(0), baseline(metrics(0)));

    assertThat(row.status()).isEqualTo(Status.FAIL);
    assertThat(row.message()).contains("2% of nothing is nothing", "as a number");
  }

  @Test
  void withoutABaselineTheRegressionIsUncheckedAndLoud() {
    Verdict verdict = Gates.judge(List.of(LOSS), metrics(99), Optional.empty());

    assertThat(verdict.rows().get(0).status()).isEqualTo(Status.UNCHECKED);
    assertThat(verdict.failed()).isFalse();
    assertThat(verdict.unchecked()).isTrue();
    assertThat(verdict.headline()).startsWith("NO BASELINE: 1 of 1 gate could not check");
  }

  @Test
  void withoutABaselineLimitsStillHold() {
    Gate gate = gate("validation.loss", null, 0.2, "2%");

    assertThat(judge(gate, metrics(0.2), Optional.empty()).status()).isEqualTo(Status.UNCHECKED);
    assertThat(judge(gate, metrics(0.21), Optional.empty()).status()).isEqualTo(Status.FAIL);
  }

  @Test
  void anotherFingerprintIsIncomparableAndNamesWhatDiffers() {
    Optional<Baseline> other =
        baseline(metrics(Map.of("dataset", "abd", "seed", "1"), "validation.loss", 0.1));

    Judgement row = judge(LOSS, metrics(0.1), other);

    assertThat(row.status()).isEqualTo(Status.INCOMPARABLE);
    assertThat(row.failed()).isTrue();
    assertThat(row.change()).isEmpty();
    assertThat(row.message())
        .isEqualTo(
            "validation.loss cannot be compared with 1.0: dataset (abd there, abc now), "
                + "seed (1 there, nothing now), "
                + "timesteps (nothing there, 62,187,312,437,562,687,8... now)");
    assertThat(judge(gate("validation.loss", null, 1.0, null), metrics(0.1), other).status())
        .isEqualTo(Status.PASS);
  }

  @ParameterizedTest
  @CsvSource({
    "samples, validation.loss, PASS",
    "samples, classification.accuracy, PASS",
    "classification, validation.loss, PASS",
    "classification, classification.accuracy, INCOMPARABLE",
    "classification, classification.f1.animal, INCOMPARABLE",
    "training subset, validation.loss, PASS",
    "training subset, validation.gap, INCOMPARABLE",
    "training subset, training.subsetLoss, INCOMPARABLE",
    "training subset, training.subsetLoss.t187, INCOMPARABLE",
    "memorisation, validation.loss, PASS",
    "memorisation, memorisation.ratio, INCOMPARABLE",
    "retention pictures, validation.loss, PASS",
    "retention pictures, retention.loss, INCOMPARABLE",
    "timesteps, validation.loss, INCOMPARABLE",
    "timesteps, retention.loss, INCOMPARABLE",
    "anything new, validation.loss, INCOMPARABLE"
  })
  void onlyConditionsThatDecideAMetricKeepItFromBeingCompared(
      String key, String metric, Status status) {
    Judgement row =
        judge(
            gate(metric, null, null, "0.1"),
            metrics(Map.of(key, "1"), metric, 0.5),
            baseline(metrics(Map.of(key, "2"), metric, 0.5)));

    assertThat(row.status()).isEqualTo(status);
  }

  @Test
  void aLimitThatIsBrokenFailsEvenIfTheBaselineIsIncomparable() {
    Judgement row =
        judge(
            gate("validation.loss", null, 0.05, "2%"),
            metrics(0.1),
            baseline(metrics(Map.of(), "validation.loss", 0.1)));

    assertThat(row.status()).isEqualTo(Status.FAIL);
    assertThat(row.message()).contains("above the maximum 0.05").contains("cannot be compared");
  }

  @Test
  void aMetricThatImprovesTheOtherWayThanSdtuneKnowsIsNotJudged() {
    Map<String, Metric> wrong = Map.of("validation.loss", new Metric(0.1, Direction.HIGHER, ""));
    Metrics now = metrics(TestGates.FINGERPRINT, wrong);

    assertThat(judge(LOSS, now, baseline(metrics(0.1))).status()).isEqualTo(Status.FAIL);
    assertThat(judge(LOSS, metrics(0.1), baseline(now)).status()).isEqualTo(Status.INCOMPARABLE);
  }

  @Test
  void aWarningDoesNotFailTheBuild() {
    List<Gate> gates = List.of(warning(gate("validation.loss", null, 0.05, "2%")));
    Verdict broken = Gates.judge(gates, metrics(0.1), baseline(metrics(0.1)));
    Verdict incomparable =
        Gates.judge(
            List.of(warning(LOSS)),
            metrics(0.1),
            baseline(metrics(Map.of(), "validation.loss", 0.1)));

    assertThat(broken.rows().get(0).status()).isEqualTo(Status.WARN);
    assertThat(broken.failed()).isFalse();
    assertThat(broken.headline()).isEqualTo("The gate passed, 1 warning");
    assertThat(incomparable.failed()).isFalse();
    assertThat(incomparable.headline()).contains("1 warning");
  }

  @Test
  void everyGateIsJudgedAndTheMessageNamesAllThatFailed() {
    Metrics before =
        metrics(
            TestGates.FINGERPRINT,
            Map.of(
                "validation.loss", new Metric(0.125, Direction.LOWER, ""),
                "classification.macroF1", new Metric(0.4, Direction.HIGHER, "")));
    Metrics now =
        metrics(
            TestGates.FINGERPRINT,
            Map.of(
                "validation.loss", new Metric(0.1512, Direction.LOWER, ""),
                "classification.macroF1", new Metric(0.2, Direction.HIGHER, "")));

    Verdict verdict =
        Gates.judge(
            List.of(
                LOSS,
                gate("classification.macroF1", 0.3, null, "0.05"),
                gate("classification.accuracy", 0.3, null, null)),
            now,
            baseline(before));

    assertThat(verdict.headline()).isEqualTo("3 of 3 gates failed");
    assertThat(verdict.failureMessage(Path.of("target", "report.html")))
        .isEqualTo(
            "validation.loss is 0.1512, more than 2% worse than 0.1250 of 1.0 (allowed 0.1275);"
                + " classification.macroF1 is 0.2000, below the minimum 0.3; classification.macroF1"
                + " is 0.2000, more than 0.05 worse than 0.4000 of 1.0 (allowed 0.3500);"
                + " classification.accuracy was not measured (what was: classification.macroF1);"
                + " report: "
                + Path.of("target", "report.html"));
  }

  /** 99 pictures say too little, whatever they say. */
  @Test
  void aMetricOfTooFewPicturesIsNotJudgedByItsValue() {
    Gate gate = gate("generated.kid", null, 0.1, null);
    Metric few = new Metric(0.01, Direction.LOWER, "").of(99);
    Judgement row = judge(gate, metrics(Map.of(), Map.of("generated.kid", few)), Optional.empty());
    assertThat(row.status()).isEqualTo(Status.FAIL);
    assertThat(row.message())
        .isEqualTo(
            "generated.kid was measured on 99 pictures, too few to be judged by; expected at least"
                + " 100");
    Judgement enough =
        judge(gate, metrics(Map.of(), Map.of("generated.kid", few.of(100))), Optional.empty());
    assertThat(enough.status()).isEqualTo(Status.PASS);
  }
}
