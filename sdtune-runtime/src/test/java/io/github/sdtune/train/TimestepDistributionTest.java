package io.github.sdtune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.sdtune.io.Json;
import io.github.sdtune.tensor.KeyedRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against diffusers, OneTrainer and mpmath. */
class TimestepDistributionTest {
  private static final JsonNode FACTS = RegularisationFixture.FACTS.get("timestep_draws");

  @Test
  void drawsBecomeThePositionsOfDiffusers() {
    JsonNode logit = FACTS.get("logit-normal");
    assertPositions(
        logit,
        new TimestepDistribution.LogitNormal(
                logit.get("mean").asDouble(), logit.get("deviation").asDouble())
            ::position);
    JsonNode mode = FACTS.get("mode");
    assertPositions(mode, new TimestepDistribution.Mode(mode.get("scale").asDouble())::position);
  }

  private static void assertPositions(JsonNode facts, DoubleUnaryOperator position) {
    double[] draws = RegularisationFixture.numbers(facts.get("draws"));
    double[] expected = RegularisationFixture.numbers(facts.get("positions"));
    for (int i = 0; i < draws.length; i++) {
      assertThat(position.applyAsDouble(draws[i])).isCloseTo(expected[i], within(1e-6));
    }
  }

  @Test
  void sharesBelowAPositionAreThoseOfOneTrainersWeights() {
    assertShares(FACTS.get("cosmap"), new TimestepDistribution.CosMap()::position, 1e-4);
  }

  @Test
  void sharesBelowAPositionAreThoseOfTheBetaDistribution() {
    for (JsonNode beta : FACTS.get("beta")) {
      TimestepDistribution.Beta distribution =
          new TimestepDistribution.Beta(beta.get("alpha").asDouble(), beta.get("beta").asDouble());
      assertShares(beta, distribution::position, 1e-9);
    }
  }

  private static void assertShares(JsonNode facts, DoubleUnaryOperator position, double tolerance) {
    double[] at = RegularisationFixture.numbers(facts.get("at"));
    double[] shares = RegularisationFixture.numbers(facts.get("shares"));
    for (int i = 0; i < at.length; i++) {
      if (shares[i] > 1e-12 && shares[i] < 1 - 1e-12) {
        assertThat(position.applyAsDouble(shares[i]))
            .as("%s at %s", facts, at[i])
            .isCloseTo(at[i], within(tolerance));
      }
    }
  }

  static Stream<TimestepDistribution> distributions() {
    return Stream.of(
        new TimestepDistribution.Uniform(),
        new TimestepDistribution.LogitNormal(0, 1),
        new TimestepDistribution.Mode(1.29),
        new TimestepDistribution.CosMap(),
        new TimestepDistribution.Beta(0.8, 1));
  }

  @ParameterizedTest
  @MethodSource("distributions")
  void drawsStayInTheirRangeAndReachAllOfIt(TimestepDistribution distribution) {
    TimestepSettings settings = new TimestepSettings(5, Optional.of(15), distribution);
    TimestepDraw draw = new TimestepDraw(settings, 20, new KeyedRandom(1));
    List<Integer> drawn = new ArrayList<>();
    for (int occurrence = 0; occurrence < 3000; occurrence++) {
      drawn.add(draw.of("a", occurrence));
    }
    assertThat(drawn).containsAll(IntStream.range(5, 15).boxed().toList());
    assertThat(drawn).allMatch(t -> t >= 5 && t < 15);
    assertThat(draw.of("a", 17)).isEqualTo(drawn.get(17));
  }

  @Test
  void aMeanAboveZeroIsMoreNoise() {
    double low = mean(new TimestepDistribution.LogitNormal(-1, 1));
    double high = mean(new TimestepDistribution.LogitNormal(1, 1));
    assertThat(low).isLessThan(400);
    assertThat(high).isGreaterThan(600);
    assertThat(mean(new TimestepDistribution.Beta(0.5, 1))).isLessThan(400);
  }

  private static double mean(TimestepDistribution distribution) {
    TimestepDraw draw =
        new TimestepDraw(
            new TimestepSettings(0, Optional.empty(), distribution), 1000, new KeyedRandom(1));
    return IntStream.range(0, 1000).map(i -> draw.of("a", i)).average().orElseThrow();
  }

  @Test
  void rangesThatAModelDoesNotHaveAreRefused() {
    TimestepSettings settings =
        new TimestepSettings(200, Optional.of(1001), new TimestepDistribution.Uniform());
    settings.check(1001);
    assertThatThrownBy(() -> settings.check(1000))
        .hasMessage(
            "<training><maxTimestep>: found 1001, expected at most 1000, as many as the base model"
                + " has");
    assertThatThrownBy(() -> settings.check(100))
        .hasMessageContainingAll("<minTimestep>: found 200", "<maxTimestep>: found 1001");
    assertThatThrownBy(
            () -> new TimestepSettings(9, Optional.of(9), new TimestepDistribution.Uniform()))
        .hasMessageContaining("more than <minTimestep>, 9");
  }

  @ParameterizedTest
  @MethodSource("distributions")
  void isWrittenAsJsonAndReadBack(TimestepDistribution distribution) {
    TimestepSettings settings = new TimestepSettings(1, Optional.of(9), distribution);
    assertThat(Json.parse(Json.line(settings), TimestepSettings.class, "test")).isEqualTo(settings);
  }
}
