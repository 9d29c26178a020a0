package io.github.sdtune.metric;

import static io.github.sdtune.metric.Overfitting.Kind.BOTH_ROSE;
import static io.github.sdtune.metric.Overfitting.Kind.NONE;
import static io.github.sdtune.metric.Overfitting.Kind.OVERFITTED;
import static io.github.sdtune.metric.Overfitting.Kind.UNDERFITTED;
import static io.github.sdtune.metric.Overfitting.Kind.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdtune.metric.Overfitting.Kind;
import io.github.sdtune.metric.OverfittingRule.Validation;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** Curves whose truth is known, with noise that pictures share and noise of their own. */
class OverfittingRuleTest {
  private static final int LAST = 300;

  private static double falling(double x) {
    return 0.12 + 0.04 * Math.exp(-5 * x);
  }

  /** Falls to its minimum at a third of the way, then rises by 8% of itself. */
  private static double uShaped(double x) {
    return 0.12 + (x < 1 / 3.0 ? 0.36 : 0.0225) * Math.pow(x - 1 / 3.0, 2);
  }

  private static List<Validation> curves(
      int validations,
      DoubleUnaryOperator heldOut,
      DoubleUnaryOperator trained,
      double common,
      double own,
      long seed) {
    Random random = new Random(seed);
    double[] easy = random.doubles(48, 0.5, 1.5).toArray();
    List<Validation> list = new ArrayList<>();
    for (int k = 0; k < validations; k++) {
      double x = k / (validations - 1.0);
      double jump = 1 + common * random.nextGaussian();
      list.add(
          new Validation(
              (int) Math.round(x * LAST),
              pictures(easy, 24, 48, heldOut.applyAsDouble(x) * jump, own, random),
              pictures(easy, 0, 24, trained.applyAsDouble(x) * jump, own, random)));
    }
    return list;
  }

  private static List<Double> pictures(
      double[] easy, int from, int to, double mean, double own, Random random) {
    List<Double> losses = new ArrayList<>();
    for (int i = from; i < to; i++) {
      losses.add(mean * easy[i] * (1 + own * random.nextGaussian()));
    }
    return losses;
  }

  private static Overfitting judge(DoubleUnaryOperator heldOut, DoubleUnaryOperator trained) {
    return OverfittingRule.judge(curves(16, heldOut, trained, 0, 0, 1));
  }

  /** How often each verdict is given on 200 noisy curves. */
  private static Map<Kind, Integer> verdicts(
      int validations, DoubleUnaryOperator heldOut, DoubleUnaryOperator trained) {
    Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
    for (int seed = 0; seed < 200; seed++) {
      Kind kind =
          OverfittingRule.judge(curves(validations, heldOut, trained, 0.004, 0.02, seed)).kind();
      counts.merge(kind, 1, Integer::sum);
    }
    return counts;
  }

  @Test
  void namesTheStepOfTheMinimumWhereTrainingPicturesGoOnFalling() {
    Overfitting found = judge(OverfittingRuleTest::uShaped, OverfittingRuleTest::falling);
    assertThat(found.kind()).isEqualTo(OVERFITTED);
    assertThat(found.step()).contains(100);
    assertThat(found.sentence())
        .startsWith("overfitting began after step 100: from there to step 300 the validation loss")
        .contains(
            "rose by", "% (95% interval", "24 pictures", "that of training pictures changed by -");
  }

  @Test
  void thatTrainingPicturesAreKnownByHeartIsNoExcuse() {
    Overfitting found = judge(OverfittingRuleTest::uShaped, x -> 0.02);
    assertThat(found.kind()).isEqualTo(OVERFITTED);
    assertThat(found.sentence()).endsWith("while that of training pictures did not");
  }

  @Test
  void aLossThatRisesFromTheStartOverfitsFromStepZero() {
    Overfitting found = judge(x -> 0.12 + 0.05 * x, OverfittingRuleTest::falling);
    assertThat(found.kind()).isEqualTo(OVERFITTED);
    assertThat(found.step()).contains(0);
  }

  @Test
  void whereTrainingPicturesGetWorseAsWellItIsUnstable() {
    Overfitting found = judge(OverfittingRuleTest::uShaped, OverfittingRuleTest::uShaped);
    assertThat(found.kind()).isEqualTo(BOTH_ROSE);
    assertThat(found.step()).contains(100);
    assertThat(found.sentence()).startsWith("unstable after step 100").contains("<learningRate>");
  }

  @Test
  void whatStillFallsAtTheEndIsUnderfitted() {
    Overfitting found = judge(x -> 0.2 - 0.05 * x, x -> 0.2 - 0.06 * x);
    assertThat(found.kind()).isEqualTo(UNDERFITTED);
    assertThat(found.step()).isEmpty();
    assertThat(found.sentence()).contains("still falling", "after step 300", "<maxSteps>");
  }

  @Test
  void whatHasSettledIsNeither() {
    assertThat(judge(OverfittingRuleTest::falling, OverfittingRuleTest::falling).kind())
        .isEqualTo(NONE);
  }

  @Test
  void aRiseBelowOnePercentIsNotWorthAWarning() {
    assertThat(judge(x -> 0.12 + 0.001 * Math.abs(x - 0.3), OverfittingRuleTest::falling).kind())
        .isEqualTo(NONE);
  }

  @Test
  void noisyCurvesThatOverfitAreFound() {
    Map.of(7, 150, 11, 190, 31, 195)
        .forEach(
            (validations, atLeast) ->
                assertThat(
                        verdicts(
                                validations,
                                OverfittingRuleTest::uShaped,
                                OverfittingRuleTest::falling)
                            .get(OVERFITTED))
                    .as("of 200 curves of %d validations", validations)
                    .isGreaterThanOrEqualTo(atLeast));
  }

  @Test
  void theStepIsFoundDespiteTheNoise() {
    List<Integer> steps = new ArrayList<>();
    for (int seed = 0; seed < 200; seed++) {
      OverfittingRule.judge(
              curves(
                  31,
                  OverfittingRuleTest::uShaped,
                  OverfittingRuleTest::falling,
                  0.004,
                  0.02,
                  seed))
          .step()
          .ifPresent(steps::add);
    }
    assertThat(steps.stream().filter(step -> Math.abs(step - 100) <= 50).count())
        .as("near the true minimum at step 100: %s", steps)
        .isGreaterThanOrEqualTo(180);
  }

  @Test
  void noisyCurvesThatDoNotOverfitRaiseNoAlarm() {
    for (int validations : new int[] {5, 6, 7, 11, 31}) {
      assertThat(alarms(validations, OverfittingRuleTest::falling, OverfittingRuleTest::falling))
          .isLessThanOrEqualTo(6);
      assertThat(alarms(validations, x -> 0.12, x -> 0.12)).isLessThanOrEqualTo(6);
      assertThat(alarms(validations, x -> 0.2 - 0.05 * x, OverfittingRuleTest::falling)).isZero();
      // The gap grows, and that is no overfitting yet.
      assertThat(alarms(validations, x -> 0.12, OverfittingRuleTest::falling))
          .isLessThanOrEqualTo(16);
    }
  }

  private static int alarms(
      int validations, DoubleUnaryOperator heldOut, DoubleUnaryOperator trained) {
    Map<Kind, Integer> verdicts = verdicts(validations, heldOut, trained);
    return verdicts.getOrDefault(OVERFITTED, 0) + verdicts.getOrDefault(BOTH_ROSE, 0);
  }

  @Test
  void aSingleLuckyValidationIsNotTheMinimum() {
    List<Validation> curves =
        curves(16, OverfittingRuleTest::falling, OverfittingRuleTest::falling, 0, 0, 1);
    Validation lucky = curves.get(4);
    curves.set(
        4,
        new Validation(
            lucky.step(),
            lucky.heldOut().stream().map(loss -> loss * 0.9).toList(),
            lucky.trained()));
    List<Validation> noisy = new ArrayList<>();
    for (int k = 0; k < curves.size(); k++) {
      double jump = k % 2 == 0 ? 1.02 : 0.98;
      noisy.add(
          new Validation(
              curves.get(k).step(),
              curves.get(k).heldOut().stream().map(loss -> loss * jump).toList(),
              curves.get(k).trained()));
    }
    assertThat(OverfittingRule.judge(noisy).kind()).isNotEqualTo(OVERFITTED);
  }

  @Test
  void withoutTrainingPicturesARiseCannotBeTold() {
    List<Validation> curves =
        curves(16, OverfittingRuleTest::uShaped, OverfittingRuleTest::falling, 0, 0, 1).stream()
            .map(validation -> new Validation(validation.step(), validation.heldOut(), List.of()))
            .toList();
    Overfitting found = OverfittingRule.judge(curves);
    assertThat(found.kind()).isEqualTo(UNKNOWN);
    assertThat(found.step()).contains(100);
    assertThat(found.sentence()).contains("<evaluation><trainingSubset>");
  }

  @Test
  void tooLittleIsNotJudged() {
    List<Validation> few =
        curves(3, OverfittingRuleTest::uShaped, OverfittingRuleTest::falling, 0, 0, 1);
    assertThat(OverfittingRule.judge(few).kind()).isEqualTo(UNKNOWN);
    assertThat(OverfittingRule.judge(few).sentence())
        .contains("3 validations", "at least 5", "<validationInterval>");
    List<Validation> onePicture =
        curves(8, OverfittingRuleTest::uShaped, OverfittingRuleTest::falling, 0, 0, 1).stream()
            .map(v -> new Validation(v.step(), v.heldOut().subList(0, 1), v.trained()))
            .toList();
    assertThat(OverfittingRule.judge(onePicture).kind()).isEqualTo(UNKNOWN);
  }

  @Test
  void aValidationThatIsNotFiniteIsPassedOver() {
    List<Validation> curves =
        curves(16, OverfittingRuleTest::uShaped, OverfittingRuleTest::falling, 0, 0, 1);
    Validation last = curves.get(15);
    curves.set(
        15,
        new Validation(
            last.step(), last.heldOut().stream().map(v -> Double.NaN).toList(), last.trained()));
    assertThat(OverfittingRule.judge(curves).kind()).isEqualTo(OVERFITTED);
    assertThat(OverfittingRule.judge(curves).sentence()).contains("to step 280");
  }
}
