package io.github.sdtune.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scheduler_config.json files as they were published, keys of other schedulers included. */
class PublishedSchedulersTest {
  private static final String SD21 =
      """
      {
        "_class_name": "DDIMScheduler",
        "_diffusers_version": "0.8.0",
        "beta_end": 0.012,
        "beta_schedule": "scaled_linear",
        "beta_start": 0.00085,
        "clip_sample": false,
        "num_train_timesteps": 1000,
        "prediction_type": "v_prediction",
        "set_alpha_to_one": false,
        "skip_prk_steps": true,
        "steps_offset": 1,
        "trained_betas": null
      }
      """;

  private static final String SDXL =
      """
      {
        "_class_name": "EulerDiscreteScheduler",
        "_diffusers_version": "0.19.0.dev0",
        "beta_end": 0.012,
        "beta_schedule": "scaled_linear",
        "beta_start": 0.00085,
        "clip_sample": false,
        "interpolation_type": "linear",
        "num_train_timesteps": 1000,
        "prediction_type": "epsilon",
        "sample_max_value": 1.0,
        "set_alpha_to_one": false,
        "skip_prk_steps": true,
        "steps_offset": 1,
        "timestep_spacing": "leading",
        "trained_betas": null,
        "use_karras_sigmas": false
      }
      """;

  @TempDir Path folder;

  @Test
  void stableDiffusion21PredictsTheVelocity() throws IOException {
    NoiseSchedule schedule = read(SD21);
    assertThat(schedule.predictionType()).isEqualTo(PredictionType.V_PREDICTION);
    assertIsStableDiffusions(schedule);
  }

  @Test
  void stableDiffusionXlPredictsTheNoise() throws IOException {
    NoiseSchedule schedule = read(SDXL);
    assertThat(schedule.predictionType()).isEqualTo(PredictionType.EPSILON);
    assertIsStableDiffusions(schedule);
  }

  private NoiseSchedule read(String json) throws IOException {
    return NoiseSchedule.read(Files.writeString(folder.resolve("scheduler_config.json"), json));
  }

  /** Values of float64, of which the schedule's are float32. */
  private static void assertIsStableDiffusions(NoiseSchedule schedule) {
    assertThat(schedule.numTrainTimesteps()).isEqualTo(1000);
    assertThat(schedule.alphaCumprod(0)).isCloseTo(0.99915f, within(1e-6f));
    assertThat(schedule.alphaCumprod(499)).isCloseTo(0.277670f, within(1e-5f));
    assertThat(schedule.alphaCumprod(999)).isCloseTo(0.00466010f, within(1e-6f));
  }
}
