package io.github.sdtune.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.tensor.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How much noise each timestep has, against diffusers. */
class NoiseScheduleTest {
  @TempDir Path folder;

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

  /** Training would divide by a signal-to-noise ratio of zero. */
  @Test
  void epsilonWithZeroTerminalSnrIsRefusedForTrainingToo() throws IOException {
    Path epsilon = config("{'rescale_betas_zero_snr':true,'prediction_type':'epsilon'}");
    assertThatThrownBy(() -> NoiseSchedule.read(epsilon))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining("the last timestep is noise alone");
    Path velocity = config("{'rescale_betas_zero_snr':true,'prediction_type':'v_prediction'}");
    assertThat(NoiseSchedule.read(velocity).zeroTerminalSnr()).isTrue();
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

  private Path config(String json) throws IOException {
    return Files.writeString(folder.resolve("scheduler_config.json"), json.replace('\'', '"'));
  }
}
