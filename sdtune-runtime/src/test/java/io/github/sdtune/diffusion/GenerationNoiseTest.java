package io.github.sdtune.diffusion;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.model.Conditioning;
import io.github.sdtune.model.StableDiffusion;
import io.github.sdtune.tensor.Golden;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.Purpose;
import io.github.sdtune.tensor.TestDevice;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Fixtures: {@code src/test/python/generation_noise.py}. */
class GenerationNoiseTest {
  private static final Path SD15 = Golden.FIXTURES.resolve("sd15/pipeline");
  private static final List<Long> SEEDS = List.of(0L, 1_234_567_890_123L);

  /** 5 x 5 x 4 is no multiple of the 16 numbers that torch makes at once. */
  @ParameterizedTest
  @ValueSource(ints = {8, 5})
  void torchsNumbersComeInTheOrderOfItsGenerator(int side) {
    try (Golden golden = new Golden("generation-noise")) {
      Shape latent = new Shape(4, side, side);
      GenerationNoise noise = GenerationNoise.torch(golden.manager(), SEEDS, latent, 2);
      List<NDArray> draws = List.of(noise.first(), noise.draw(0), noise.draw(1));
      for (int picture = 0; picture < 2; picture++) {
        NDArray expected = golden.get("randn." + SEEDS.get(picture) + "." + side);
        for (int draw = 0; draw < 3; draw++) {
          assertThat(draws.get(draw).get(picture).toFloatArray())
              .containsExactly(expected.get(draw).toFloatArray());
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"euler_a", "DDPM", "LCM", "dpmpp_2m_sde_karras"})
  void withTorchsNumbersStochasticSamplersDrawThePicturesOfDiffusers(String sampler) {
    try (NDManager manager = TestDevice.open();
        Golden golden = new Golden("generation-noise");
        StableDiffusion model = StableDiffusion.load(SD15, manager)) {
      NDArray latents =
          draw(
              model,
              manager,
              sampler,
              SEEDS,
              List.of("a photo of a red fox in the snow", "a cat"),
              true);
      golden.assertAgrees("latents." + sampler.toLowerCase(Locale.ROOT), latents, 1e-3);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPictureDoesNotDependOnItsCompanyInTheBatch(boolean torch) {
    try (NDManager manager = TestDevice.open();
        StableDiffusion model = StableDiffusion.load(SD15, manager)) {
      List<String> prompts = List.of("a fox", "a cat");
      NDArray both = draw(model, manager, "Euler a", SEEDS, prompts, torch);
      NDArray second =
          draw(model, manager, "Euler a", SEEDS.subList(1, 2), prompts.subList(1, 2), torch);
      assertThat(both.get("1:").sub(second).abs().max().getFloat()).isLessThan(1e-4f);
      assertThat(both.get(":1").sub(second).abs().max().getFloat()).isGreaterThan(0.1f);
    }
  }

  @Test
  void keyedNoiseHasOneOccurrencePerDraw() {
    try (NDManager manager = TestDevice.open()) {
      GenerationNoise noise = GenerationNoise.keyed(manager, SEEDS, new Shape(4, 2, 2));
      KeyedRandom second = new KeyedRandom(SEEDS.get(1));
      assertThat(noise.first().get(1).toFloatArray())
          .containsExactly(second.normal(Purpose.SAMPLE_NOISE, "sample", 0, 16));
      assertThat(noise.draw(2).get(1).toFloatArray())
          .containsExactly(second.normal(Purpose.SAMPLE_NOISE, "sample", 3, 16));
    }
  }

  private static NDArray draw(
      StableDiffusion model,
      NDManager manager,
      String sampler,
      List<Long> seeds,
      List<String> prompts,
      boolean torch) {
    Scheduler scheduler =
        Samplers.of(sampler, model.folder().resolve("scheduler/scheduler_config.json"));
    Shape latent = new Shape(4, 8, 8);
    int draws;
    try (Sampling sampling = scheduler.start(6)) {
      draws = sampling.draws();
    }
    GenerationNoise noise =
        torch
            ? GenerationNoise.torch(manager, seeds, latent, draws)
            : GenerationNoise.keyed(manager, seeds, latent);
    List<String> negative = seeds.stream().map(seed -> seed == 0 ? "blurry" : "").toList();
    return new TextToImage(model.unet(), scheduler)
        .latents(
            noise.first(),
            Conditioning.of(model.textEncoders().encode(prompts).context()),
            Conditioning.of(model.textEncoders().encode(negative).context()),
            6,
            5,
            noise,
            (done, of) -> {});
  }
}
