package io.github.sdtune.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.sdtune.io.Json;
import io.github.sdtune.tensor.Golden;
import io.github.sdtune.tensor.Scope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** All samplers against diffusers, with an analytic network. */
class SchedulersTest {
  private static final double TOLERANCE = 2e-5;

  /** The second fixture has settings beyond those of the first. */
  static Stream<Arguments> runs() {
    return Stream.of("schedulers", "schedulers-more").flatMap(fixture -> cases(fixture).stream());
  }

  @Test
  void theReferenceHasAllItsRuns() {
    assertThat(cases("schedulers")).hasSize(90);
  }

  @ParameterizedTest
  @MethodSource("runs")
  void aRunEndsWhereDiffusersDoesAndLeavesNoTensor(String fixture, JsonNode expected) {
    Path file = Path.of("scheduler_config.json");
    Scheduler scheduler = Samplers.of(expected.get("class").asText(), file, expected.get("config"));
    try (Golden golden = new Golden(fixture)) {
      NDArray start = golden.get("start");
      NDArray noise = golden.get("step_noise");
      NDArray end = golden.get(expected.get("key").asText());
      int before = golden.manager().getManagedArrays().size();
      Scope.closing(
          () -> {
            try (Sampling sampling = scheduler.start(expected.get("steps").asInt())) {
              assertPlan(sampling, expected);
              int draws = expected.get("noise_draws").asInt();
              assertRun(sampling, draws, start, noise, end);
            }
            return null;
          });
      assertThat(golden.manager().getManagedArrays().size()).isEqualTo(before);
    }
  }

  private static void assertPlan(Sampling sampling, JsonNode expected) {
    assertThat(sampling.timesteps())
        .containsExactly(numbers(expected.get("timesteps")), within(1e-3));
    double init = expected.get("init_noise_sigma").asDouble();
    assertThat(sampling.initNoiseSigma()).isCloseTo(init, within(1e-6 * init));
    double[] sigmas = numbers(expected.get("sigmas"));
    double most = Math.max(1, Arrays.stream(sigmas).max().orElse(1));
    assertThat(sampling.sigmas()).containsExactly(sigmas, within(1e-6 * most));
  }

  private static void assertRun(
      Sampling sampling, int expectedDraws, NDArray start, NDArray noise, NDArray end) {
    List<Integer> draws = new ArrayList<>();
    StepNoise counted =
        number -> {
          draws.add(number);
          return noise.get(number);
        };
    NDArray x = start.mul((float) sampling.initNoiseSigma());
    for (int i = 0; i < sampling.timesteps().length; i++) {
      NDArray output = network(sampling.scaleModelInput(x, i), sampling.timesteps()[i]);
      x = sampling.step(output, i, x, counted);
    }
    assertThat(draws)
        .containsExactlyElementsOf(IntStream.range(0, expectedDraws).boxed().toList())
        .hasSize(sampling.draws());
    // What begins at sigma 4096 (zero-terminal SNR) is rounded to 2e-4 by float32.
    double least = Math.max(1, sampling.initNoiseSigma() / 1000);
    double size = Math.max(end.abs().max().getFloat(), least);
    double difference = x.sub(end).abs().max().getFloat();
    assertThat(difference).as("largest difference").isLessThanOrEqualTo(TOLERANCE * size);
  }

  private static double[] numbers(JsonNode list) {
    return list.valueStream().mapToDouble(JsonNode::asDouble).toArray();
  }

  /** 0.3 x + 0.1 sin(3 x + t / 100). */
  private static NDArray network(NDArray x, double t) {
    return x.mul(0.3f).add(x.mul(3).add((float) (t / 100)).sin().mul(0.1f));
  }

  private static List<Arguments> cases(String fixture) {
    JsonNode facts = Json.read(Golden.FIXTURES.resolve(fixture + "/golden.json"), JsonNode.class);
    return facts
        .get("cases")
        .valueStream()
        .map(run -> Arguments.of(fixture, Named.of(run.get("key").asText(), run)))
        .toList();
  }
}
