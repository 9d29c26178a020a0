package io.github.sdtune.diffusion;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.sdtune.model.Conditioning;
import io.github.sdtune.model.SizeConditioning;
import io.github.sdtune.model.StableDiffusion;
import io.github.sdtune.tensor.Golden;
import io.github.sdtune.tensor.TestDevice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole generations against diffusers' pipeline. */
class TextToImageTest {
  private static final double TOLERANCE = 1e-3;
  private static final Path EMOJI_BASE = Path.of("../sdtune-models/emoji-base/src/main/model");

  /** sd21 predicts velocities; sdxl's config names Euler, and its networks are told sizes. */
  @ParameterizedTest
  @ValueSource(strings = {"sd15", "sd21", "sdxl"})
  void theTinyModelDrawsThePictureOfDiffusers(String fixture) {
    assertDraws(
        Golden.FIXTURES.resolve(fixture + "/pipeline"),
        fixture,
        "generate.",
        "a photo of a red fox in the snow",
        "blurry",
        8,
        7.5);
  }

  @Test
  void theEmojiBaseDrawsThePictureOfDiffusers() {
    assertDraws(EMOJI_BASE, "emoji-base", "", "noto emoji of red apple, food", "", 20, 3);
  }

  @Test
  void aPictureDoesNotDependOnItsCompanyInTheBatch() {
    try (NDManager manager = TestDevice.open();
        Golden golden = new Golden("emoji-base");
        StableDiffusion model = StableDiffusion.load(EMOJI_BASE, manager)) {
      TextToImage generator = new TextToImage(model.unet(), scheduler(EMOJI_BASE));
      NDArray noise = golden.get("latents");
      NDArray context =
          model.textEncoders().encode(List.of("noto emoji of cat", "fluent emoji, bird")).context();
      NDArray none = model.textEncoders().encode(List.of("", "")).context();
      NDArray two = generator.latents(noise.concat(noise.neg(), 0), context, none, 4, 3);
      NDArray one = generator.latents(noise.neg(), context.get("1:"), none.get("1:"), 4, 3);
      assertThat(two.get("1:").sub(one).abs().max().getFloat()).isLessThan(1e-4f);
    }
  }

  private static void assertDraws(
      Path folder,
      String fixture,
      String prefix,
      String prompt,
      String negativePrompt,
      int steps,
      double guidanceScale) {
    try (NDManager manager = TestDevice.open();
        Golden golden = new Golden(fixture);
        StableDiffusion model = StableDiffusion.load(folder, manager)) {
      TextToImage generator = new TextToImage(model.unet(), scheduler(folder));
      NDArray noise = golden.get(prefix + "latents");
      int side = (int) noise.getShape().get(2) * model.vae().config().downsamplingFactor();
      List<SizeConditioning> sizes = List.of(SizeConditioning.of(side, side));
      List<Integer> asked = new ArrayList<>();
      NDArray latents =
          generator.latents(
              noise,
              Conditioning.of(model.textEncoders().encode(List.of(prompt)), sizes),
              Conditioning.of(model.textEncoders().encode(List.of(negativePrompt)), sizes),
              steps,
              guidanceScale,
              StepNoise.NONE,
              (done, of) -> asked.add(done));
      assertThat(asked).hasSize(steps).endsWith(steps);
      golden.assertAgrees(prefix + "final_latents", latents, TOLERANCE);
      // (B, C, H, W) -> (B, H, W, C)
      NDArray image = TextToImage.decode(model.vae(), latents).transpose(0, 2, 3, 1);
      golden.assertAgrees(prefix + "image", image, TOLERANCE);
    }
  }

  private static Scheduler scheduler(Path folder) {
    return Samplers.of(null, folder.resolve("scheduler/scheduler_config.json"));
  }
}
