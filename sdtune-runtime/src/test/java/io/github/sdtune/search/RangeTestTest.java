package io.github.sdtune.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.Json;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RangeTestTest {
  private static final RangeTestSettings SETTINGS = new RangeTestSettings(1e-6, 1, 60, 8);

  /** A test of made-up losses, up to its end. */
  private static RangeTest test(double... losses) {
    RangeTest test = RangeTest.of(SETTINGS, losses[0]);
    for (int i = 0; i < losses.length && !test.over(); i++) {
      test = test.with(losses[i]);
    }
    return test;
  }

  /** Falls between 1e-4 and 1e-2, then rises. */
  private static double[] valley() {
    double[] losses = new double[60];
    for (int i = 0; i < 60; i++) {
      losses[i] = 1 - 0.02 * Math.max(0, Math.min(20, i - 20)) + 0.05 * Math.max(0, i - 40);
    }
    return losses;
  }

  @Test
  void ratesGrowByTheSameFactor() {
    RangeTest test = test(valley());
    assertThat(test.points()).hasSize(60);
    assertThat(test.points().get(0).learningRate()).isEqualTo(1e-6);
    for (int i = 1; i < 60; i++) {
      assertThat(test.points().get(i).learningRate() / test.points().get(i - 1).learningRate())
          .isCloseTo(Math.pow(10, 0.1), within(1e-9));
    }
    assertThat(test.over()).isTrue();
    assertThat(test.diverged()).isFalse();
  }

  /** The moving average as it is defined, with weights 0.8^age that are divided by their sum. */
  @Test
  void smoothsWithoutThePullOfTheStart() {
    RangeTest test = test(1, 3, 2);
    assertThat(test.points().get(0).smoothed()).isCloseTo(1, within(1e-12));
    assertThat(test.points().get(1).smoothed()).isCloseTo((0.8 + 3) / 1.8, within(1e-12));
    assertThat(test.points().get(2).smoothed())
        .isCloseTo((0.64 + 0.8 * 3 + 2) / 2.44, within(1e-12));
  }

  @Test
  void endsWhenTheLossIsFourTimesItsBest() {
    RangeTest test = test(1, 1, 1, 3.9, 100, 1, 1);
    assertThat(test.diverged()).isTrue();
    assertThat(test.points()).hasSize(5);
    assertThat(test(1, 1, Double.NaN, 1).points()).hasSize(2);
    assertThat(test(1, 1, Double.NaN, 1).diverged()).isTrue();
  }

  @Test
  void suggestsWhereTheLossFalls() {
    Suggestions suggestions = test(valley()).suggestions().orElseThrow();
    assertThat(suggestions.valley()).isBetween(1e-4, 1e-2);
    assertThat(suggestions.steep()).isBetween(1e-4, 1e-2);
    assertThat(suggestions.minimum()).isBetween(1e-4, 1e-2);
    assertThat(test(valley()).headline())
        .startsWith("a rate of " + Suggestions.text(suggestions.recommended()));
    assertThat(test(valley()).table()).hasSize(20);
    assertThat(test(valley()).table().get(0).change()).isEqualTo("+0.00%");
  }

  @Test
  void suggestsNothingWhereItDoesNot() {
    double[] rising = new double[60];
    for (int i = 0; i < 60; i++) {
      rising[i] = 1 + 0.01 * i;
    }
    assertThat(test(rising).suggestions()).isEmpty();
    assertThat(test(rising).headline()).contains("fell at no rate");
    assertThat(test(1, 1, Double.NaN).suggestions()).isEmpty();
  }

  @Test
  void aRangeThatEndsBeforeTheLossRisesIsDoubtful() {
    double[] falling = new double[60];
    for (int i = 0; i < 60; i++) {
      falling[i] = 1 - 0.01 * i;
    }
    assertThat(test(falling).doubts())
        .hasValueSatisfying(text -> assertThat(text).contains("<endRate>: at 1 the loss is still"));
    assertThat(test(valley()).doubts()).isEmpty();
  }

  static Stream<JsonNode> ofFastai() {
    Path file = Path.of("src/test/resources/fixtures/range-test/suggestions.json");
    return StreamSupport.stream(Json.read(file, JsonNode.class).spliterator(), false);
  }

  @ParameterizedTest
  @MethodSource("ofFastai")
  void suggestsWhatFastaiDoes(JsonNode expected) {
    int steps = expected.path("steps").asInt();
    int from = steps / 10;
    int to = steps - 5;
    double[] rates = new double[to - from];
    double[] losses = new double[to - from];
    RangeTestSettings settings = new RangeTestSettings(1e-6, 1, steps, 8);
    for (int i = from; i < to; i++) {
      rates[i - from] = settings.rate(i);
      losses[i - from] = expected.path("losses").get(i).asDouble();
    }
    Suggestions suggestions = Suggestions.of(rates, losses).orElseThrow();
    assertThat(suggestions.valley() / expected.path("valley").asDouble())
        .isCloseTo(1, within(1e-6));
    assertThat(suggestions.steep() / expected.path("steep").asDouble()).isCloseTo(1, within(1e-6));
    assertThat(suggestions.minimum() / expected.path("minimum").asDouble())
        .isCloseTo(1, within(1e-6));
  }

  @Test
  void refusesRangesThatCannotBe() {
    assertThatThrownBy(() -> new RangeTestSettings(0, -1, 3, 0))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContainingAll(
            "<findLearningRate><startRate>: found 0.0, expected more than 0",
            "<findLearningRate><endRate>: found -1.0, expected more than <startRate>",
            "<findLearningRate><steps>: found 3, expected at least 20",
            "<findLearningRate><pictures>: found 0, expected at least 1");
  }
}
