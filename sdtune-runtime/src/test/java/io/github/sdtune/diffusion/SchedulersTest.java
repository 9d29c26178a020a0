package io.github.sdtune.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sdtune.io.Json;
import io.github.sdtune.tensor.Golden;
import io.github.sdtune.tensor.Scope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** All samplers against diffusers, with an analytic network. */
class SchedulersTest {
  private static final double TOLERANCE = 2e-5;

  static Stream<Arguments> runs() {
    return cases("schedulers").stream();
  }

  @Test
  void theReferenceHasAllItsRuns() {
    assertThat(cases("schedulers")).hasSize(90);
  }

  @ParameterizedTest
  @MethodSource("runs")
  void aRunEndsWhereDiffusersDoes(String fixture, JsonNode expected) {
    ObjectNode config = expected.get("config").deepCopy();
    config.put("_class_name", expected.get("class").asText());
    Scheduler scheduler = Samplers.of(null, Path.of("scheduler_config.json"), config);
    try (Golden golden = new Golden(fixture);
        Scope scope = new Scope();
        Sampling sampling = scheduler.start(expected.get("steps").asInt())) {
      assertThat(sampling.timesteps())
          .containsExactly(numbers(expected.get("timesteps")), within(1e-3));
      double init = expected.get("init_noise_sigma").asDouble();
      assertThat(sampling.initNoiseSigma()).isCloseTo(init, within(1e-6 * init));
      assertThat(sampling.sigmas())
          .containsExactly(numbers(expected.get("sigmas")), within(1e-6 * init * init));
      List<Integer> draws = new ArrayList<>();
      NDArray x = golden.get("start").mul((float) sampling.initNoiseSigma());
      for (int i = 0; i < sampling.timesteps().length; i++) {
        NDArray output = network(sampling.scaleModelInput(x, i), sampling.timesteps()[i]);
        x =
            sampling.step(
                output,
                i,
                x,
                number -> {
                  draws.add(number);
                  return golden.get("step_noise").get(number);
                });
      }
      assertThat(draws).hasSize(expected.get("noise_draws").asInt()).hasSize(sampling.draws());
      String key = expected.get("key").asText();
      float size = Math.max(1, golden.get(key).abs().max().getFloat());
      golden.assertAgrees(key, x, TOLERANCE * size);
      scope.result(x);
    }
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
