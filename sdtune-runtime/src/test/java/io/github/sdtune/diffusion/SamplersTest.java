package io.github.sdtune.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.Json;
import io.github.sdtune.tensor.TestDevice;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Samplers by name, and what is refused. */
class SamplersTest {
  private static final Path FILE = Path.of("scheduler_config.json");

  @ParameterizedTest
  @CsvSource({
    "DDIM, DDIM, false",
    "ddim, DDIM, false",
    "DDIMScheduler, DDIM, false",
    "DDPM, DDPM, false",
    "PLMS, PLMS, false",
    "PNDM, PLMS, false",
    "LMS, LMS, false",
    "k_lms, LMS, false",
    "LMS Karras, LMS, true",
    "Euler, Euler, false",
    "k_euler, Euler, false",
    "eulerdiscretescheduler, Euler, false",
    "Euler a, Euler a, false",
    "euler_a, Euler a, false",
    "k_euler_a, Euler a, false",
    "sample_euler_ancestral, Euler a, false",
    "EulerAncestralDiscreteScheduler, Euler a, false",
    "Heun, Heun, false",
    "heun_karras, Heun, true",
    "DPM++ 2M, DPM++ 2M, false",
    "dpmpp_2m, DPM++ 2M, false",
    "k_dpmpp_2m, DPM++ 2M, false",
    "dpmsolver++, DPM++ 2M, false",
    "DPM++ 2M Karras, DPM++ 2M, true",
    "dpmpp_2m_karras, DPM++ 2M, true",
    "DPM++ 2M SDE, DPM++ 2M SDE, false",
    "dpmpp_2m_sde, DPM++ 2M SDE, false",
    "DPM++ 2M SDE Karras, DPM++ 2M SDE, true",
    "DPMSolverMultistepScheduler, DPM++ 2M, false",
    "UniPC, UniPC, false",
    "uni_pc, UniPC, false",
    "uni_pc_bh2, UniPC, false",
    "LCM, LCM, false",
    "LCMScheduler, LCM, false"
  })
  void aSamplerIsKnownByManyNames(String name, String title, boolean karras) {
    Scheduler sampler = of(name, "{}");
    assertThat(sampler.title()).isEqualTo(title);
    assertThat(sampler.karras()).isEqualTo(karras);
  }

  @Test
  void everyNameShownToAUserIsOneThatIsKnown() {
    assertThat(Samplers.names())
        .hasSize(12)
        .allSatisfy(
            name -> {
              String config = "{'skip_prk_steps':true}";
              String title = of(name, config).title();
              assertThat(title).isEqualTo(name.equals("PNDM") ? "PLMS" : name);
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " "})
  void withoutANameTheConfigNamesTheSampler(String name) {
    assertThat(of(name, "{'_class_name':'HeunDiscreteScheduler'}").title()).isEqualTo("Heun");
    assertThat(of(null, "{'_class_name':'LCMScheduler'}").title()).isEqualTo("LCM");
    assertThatThrownBy(() -> of(name, "{}"))
        .isInstanceOf(SdtuneException.class)
        .hasMessageStartingWith("scheduler_config.json: _class_name: found ''");
    assertThatThrownBy(() -> of(name, "{'_class_name':'FlowMatchEulerDiscreteScheduler'}"))
        .hasMessageContaining("found 'FlowMatchEulerDiscreteScheduler', expected one of DDIM,");
  }

  @Test
  void whatTheConfigSaysHoldsForEverySampler() {
    String config =
        "{'_class_name':'DDIMScheduler','num_train_timesteps':500,'steps_offset':1,"
            + "'timestep_spacing':'leading','prediction_type':'v_prediction'}";
    Scheduler euler = of("Euler", config);
    assertThat(euler.schedule().predictionType()).isEqualTo(PredictionType.V_PREDICTION);
    try (Sampling sampling = euler.start(5)) {
      assertThat(sampling.timesteps()).containsExactly(401, 301, 201, 101, 1);
    }
  }

  @Test
  void anAliasOverridesTheConfigAndAClassNameDoesNot() {
    String config = "{'algorithm_type':'sde-dpmsolver++','solver_order':1}";
    assertThat(of("DPM++ 2M", config).title()).isEqualTo("DPM++ 2M");
    assertThat(of("DPMSolverMultistepScheduler", config).title()).isEqualTo("DPM++ 2M SDE");
    assertThat(of("DPMSolverMultistepScheduler", "{'use_karras_sigmas':true}").karras()).isTrue();
  }

  /** Of noise 0 the prediction of x_0 is x / sqrt(a_t), here far from the range of pictures. */
  @ParameterizedTest
  @CsvSource({
    ", false",
    "DDIM, false",
    "DDIMScheduler, true",
    "DDPM, false",
    "DDPMScheduler, true"
  })
  void onlyAClassNameClipsLatents(String name, boolean clips) {
    try (NDManager manager = TestDevice.open();
        Sampling sampling = of(name, "{'_class_name':'DDIMScheduler'}").start(1)) {
      NDArray x = manager.full(new Shape(1, 4, 2, 2), 50f);
      NDArray next = sampling.step(x.zerosLike(), 0, x, StepNoise.NONE);
      assertThat(next.max().getFloat() < 2).isEqualTo(clips);
    }
  }

  @Test
  void aMistypedNameIsAnsweredWithWhatMayHaveBeenMeant() {
    assertThatThrownBy(() -> of("Eulr a", "{}"))
        .isInstanceOf(SdtuneException.class)
        .hasMessageStartingWith("sampler: found 'Eulr a', expected one of DDIM, DDPM, PNDM,")
        .hasMessageContaining("did you mean Euler a");
    assertThatThrownBy(() -> of("Euler a Karras", "{}"))
        .isInstanceOf(SdtuneException.class)
        .hasMessage(
            "sampler: found 'Euler a Karras', but EulerAncestralDiscreteScheduler has no variant"
                + " with Karras' sigmas; expected 'Euler a'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"DDIM", "DDPM", "Euler", "Euler a", "DPM++ 2M", "UniPC", "LCM"})
  void epsilonWithZeroTerminalSnrIsRefused(String name) {
    assertThatThrownBy(() -> of(name, "{'rescale_betas_zero_snr':true}"))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining("found epsilon with rescale_betas_zero_snr")
        .hasMessageContaining("knowing the noise says nothing of the picture");
    assertThat(of(name, "{'rescale_betas_zero_snr':true,'prediction_type':'v_prediction'}").title())
        .isEqualTo(name);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PLMS | {'prediction_type':'sample'} | prediction_type: found sample, expected epsilon or",
        "Euler a | {'prediction_type':'sample'} | prediction_type: found sample, expected epsilon",
        "PNDMScheduler | {} | skip_prk_steps: found false or nothing",
        "PLMS | {'rescale_betas_zero_snr':true,'prediction_type':'v_prediction'} | does not know",
        "Heun | {'rescale_betas_zero_snr':true,'prediction_type':'v_prediction'} | does not know",
        "LMS | {'rescale_betas_zero_snr':true,'prediction_type':'v_prediction'} | does not know",
        "DDIM | {'thresholding':true} | thresholding: found true, expected false, the only value",
        "DDPM | {'variance_type':'learned'} | variance_type: found \"learned\", expected one of",
        "LCM | {'original_inference_steps':2000} | original_inference_steps: found 2000, expected",
        "DPMSolverMultistepScheduler | {'solver_order':3} | solver_order: found 3, expected 1 or 2",
        "DPMSolverMultistepScheduler | {'algorithm_type':'dpmsolver'} | algorithm_type: found",
        "DPM++ 2M | {'use_lu_lambdas':true} | use_lu_lambdas: found true, expected false",
        "UniPC | {'solver_order':4} | solver_order: found 4, expected 1 to 3",
        "UniPC | {'disable_corrector':[0]} | disable_corrector: found [0]",
        "UniPC | {'lower_order_final':false} | divides by zero",
        "UniPC Karras | {'final_sigmas_type':'sigma_min'} | would have no length",
        "Euler | {'use_beta_sigmas':true} | use_beta_sigmas: found true, expected false",
        "Euler | {'beta_schedule':'laplace'} | beta_schedule: found \"laplace\", expected one of"
      })
  void whatCannotWorkIsRefusedWithTheReason(String name, String config, String reason) {
    assertThatThrownBy(() -> of(name, config))
        .isInstanceOf(SdtuneException.class)
        .hasMessageStartingWith("scheduler_config.json:")
        .hasMessageContaining(reason);
  }

  @Test
  void allFindingsComeAtOnce() {
    assertThatThrownBy(
            () -> of("Euler", "{'use_beta_sigmas':true,'timestep_spacing':'odd','sigma_min':0.1}"))
        .hasMessageContaining("use_beta_sigmas")
        .hasMessageContaining("timestep_spacing")
        .hasMessageContaining("sigma_min");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "DDIM | 0 | {} | steps: found 0, expected 1 to 1000",
        "DDIM | 1001 | {} | steps: found 1001, expected 1 to 1000",
        "DDIM | 1000 | {'steps_offset':1} | steps: found 1000, which leading spacing",
        "UniPC | 1000 | {} | choose fewer steps",
        "Heun | 1001 | {} | steps: found 1001, expected 1 to 1000",
        "LCM | 51 | {} | steps: found 51, expected 1 to 50, the original_inference_steps of LCM"
      })
  void moreStepsThanThereAreTimestepsAreRefused(
      String name, int steps, String config, String reason) {
    Scheduler sampler = of(name, config);
    assertThatThrownBy(() -> sampler.start(steps))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void infinityIsReadAsDiffusersWritesIt() {
    assertThat(of("DPM++ 2M", "{'lambda_min_clipped':-Infinity}").title()).isEqualTo("DPM++ 2M");
  }

  private static Scheduler of(String name, String config) {
    return Samplers.of(name, FILE, Json.parse(config.replace('\'', '"'), JsonNode.class, "test"));
  }
}
