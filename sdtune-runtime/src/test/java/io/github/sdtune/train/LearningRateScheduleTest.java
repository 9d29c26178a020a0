package io.github.sdtune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.Json;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Multipliers of diffusers' {@code get_scheduler}, by {@code optimizers.py}. */
class LearningRateScheduleTest {
  private static final JsonNode GOLDEN =
      Json.read(Path.of("src/test/resources/fixtures/optimizers/golden.json"), JsonNode.class)
          .get("schedules");

  static Stream<JsonNode> cases() {
    return StreamSupport.stream(GOLDEN.get("cases").spliterator(), false);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isThatOfDiffusers(JsonNode golden) {
    ScheduleSettings schedule =
        new ScheduleSettings(shape(golden.get("schedule")), golden.get("warmupSteps").asInt());
    int steps = GOLDEN.get("steps").asInt();
    double rate = GOLDEN.get("rate").asDouble();
    for (int step = 0; step < steps; step++) {
      assertThat(schedule.multiplier(step, steps, rate))
          .as("step %d", step)
          .isCloseTo(golden.get("multipliers").get(step).asDouble(), within(1e-12));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void startsAtFullRateWithoutWarmUpAndAtNoneWithIt(JsonNode golden) {
    LearningRateSchedule shape = shape(golden.get("schedule"));
    assertThat(new ScheduleSettings(shape, 0).multiplier(0, 20, 1e-3)).isEqualTo(1);
    assertThat(new ScheduleSettings(shape, 4).multiplier(0, 20, 1e-3)).isZero();
    assertThat(new ScheduleSettings(shape, 4).multiplier(1, 20, 1e-3)).isEqualTo(0.25);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isWrittenAsItIsRead(JsonNode golden) {
    assertThat(Json.mapper().<JsonNode>valueToTree(shape(golden.get("schedule"))))
        .isEqualTo(golden.get("schedule"));
  }

  @Test
  void piecesAreWrittenAsInDiffusers() {
    assertThat(LearningRateSchedule.PiecewiseConstant.of("1:5, 0.1:10,0.005"))
        .isEqualTo(
            new LearningRateSchedule.PiecewiseConstant(
                new TreeMap<>(Map.of(5, 1.0, 10, 0.1)), 0.005));
    assertThat(LearningRateSchedule.PiecewiseConstant.of("0.5").multiplier(0, 0, 1)).isEqualTo(0.5);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1:10",
        "1:10,",
        "1:10,0.1:10,0.5",
        "1:0,0.5",
        "1,0.5",
        "1:2:3,1",
        "x:3,1",
        "-1"
      })
  void otherPiecesAreRefused(String rules) {
    assertThatThrownBy(() -> LearningRateSchedule.PiecewiseConstant.of(rules))
        .isInstanceOf(SdtuneException.class)
        .hasMessageStartingWith("<training><learningRateSteps>: found " + rules + ", expected");
  }

  private static LearningRateSchedule shape(JsonNode json) {
    return Json.parse(json.toString(), LearningRateSchedule.class, "golden.json");
  }
}
