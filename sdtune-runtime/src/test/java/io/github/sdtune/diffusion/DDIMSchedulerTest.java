package io.github.sdtune.diffusion;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.sdtune.io.Json;
import io.github.sdtune.tensor.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Noise schedules and DDIM against diffusers, with an analytic network. */
class DDIMSchedulerTest {
  @TempDir Path folder;

  @Test
  void everyRunEndsWhereDiffusersDoes() throws IOException {
    int runs = 0;
    try (Golden golden = new Golden("schedulers")) {
      JsonNode facts = Json.read(Golden.FIXTURES.resolve("schedulers/golden.json"), JsonNode.class);
      for (JsonNode expected : facts.get("cases")) {
        if (expected.get("class").asText().equals("DDIMScheduler")) {
          runs++;
          DDIMScheduler scheduler = DDIMScheduler.read(config(expected.get("config").toString()));
          int steps = expected.get("steps").asInt();
          int[] timesteps = scheduler.timesteps(steps);
          assertThat(Arrays.stream(timesteps).asDoubleStream().boxed())
              .as(expected.get("key").asText())
              .containsExactlyElementsOf(
                  () -> expected.get("timesteps").valueStream().map(JsonNode::asDouble).iterator());
          NDArray x = golden.get("start");
          for (int t : timesteps) {
            x = scheduler.step(network(x, t), t, x, steps);
          }
          golden.assertAgrees(expected.get("key").asText(), x, 2e-5);
        }
      }
    }
    assertThat(runs).isEqualTo(10);
  }

  @Test
  void alphasAreThoseOfDiffusersBitForBit() throws IOException {
    try (Golden golden = new Golden("schedulers")) {
      assertAlphas(
          golden,
          "alphas_cumprod",
          "{'beta_start':0.00085,'beta_end':0.012,'beta_schedule':'scaled_linear'}");
      assertAlphas(golden, "alphas_cumprod.linear", "{'beta_schedule':'linear'}");
      assertAlphas(
          golden, "alphas_cumprod.squaredcos_cap_v2", "{'beta_schedule':'squaredcos_cap_v2'}");
    }
  }

  @Test
  void noiseAndVelocityAgree() throws IOException {
    NoiseSchedule schedule =
        NoiseSchedule.read(
            config("{'beta_start':0.00085,'beta_end':0.012,'beta_schedule':'scaled_linear'}"));
    int[] timesteps = {0, 999};
    try (Golden golden = new Golden("schedulers")) {
      NDArray start = golden.get("start");
      NDArray noise = golden.get("step_noise").get(0);
      golden.assertAgrees("add_noise", schedule.addNoise(start, noise, timesteps), 1e-6);
      golden.assertAgrees("velocity", schedule.velocity(start, noise, timesteps), 1e-6);
    }
    double alpha = schedule.alphaCumprod(500);
    assertThat(schedule.snr(500)).isEqualTo(alpha / (1 - alpha));
  }

  private void assertAlphas(Golden golden, String name, String config) throws IOException {
    NoiseSchedule schedule = NoiseSchedule.read(config(config));
    float[] expected = golden.get(name).toFloatArray();
    float[] found = new float[schedule.numTrainTimesteps()];
    for (int t = 0; t < found.length; t++) {
      found[t] = schedule.alphaCumprod(t);
    }
    assertThat(found).as(name).containsExactly(expected);
  }

  /** 0.3 x + 0.1 sin(3 x + t / 100). */
  private static NDArray network(NDArray x, int t) {
    return x.mul(0.3f).add(x.mul(3).add(t / 100f).sin().mul(0.1f));
  }

  private Path config(String json) throws IOException {
    return Files.writeString(folder.resolve("scheduler_config.json"), json.replace('\'', '"'));
  }
}
