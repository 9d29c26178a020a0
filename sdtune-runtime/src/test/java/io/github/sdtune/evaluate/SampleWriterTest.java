package io.github.sdtune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.dataset.DatasetEncoder;
import io.github.sdtune.dataset.DatasetSettings;
import io.github.sdtune.dataset.Pictures;
import io.github.sdtune.diffusion.Sampling;
import io.github.sdtune.diffusion.StepNoise;
import io.github.sdtune.diffusion.TextToImage;
import io.github.sdtune.model.Conditioning;
import io.github.sdtune.model.SizeConditioning;
import io.github.sdtune.model.StableDiffusion;
import io.github.sdtune.model.TextStates;
import io.github.sdtune.tensor.Golden;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.Purpose;
import io.github.sdtune.tensor.TestDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What SDXL is told when a sample is drawn, against the same put together by hand. */
class SampleWriterTest {
  private static final Path PIPELINE = Golden.FIXTURES.resolve("sdxl/pipeline");
  private static final Shape LATENT = new Shape(4, 8, 8);

  @TempDir Path folder;
  private final NDManager manager = TestDevice.open();
  private final StableDiffusion model = StableDiffusion.load(PIPELINE, manager);
  private final TextToImage textToImage =
      new TextToImage(model.unet(), SampleDrawer.scheduler(PIPELINE));

  @AfterEach
  void close() {
    model.close();
    manager.close();
  }

  @Test
  void withoutANegativePromptGuidanceLeadsAwayFromZeros() {
    assertThat(drawn("")).hasSameBinaryContentAs(expected(model.textEncoders().withoutPrompt(1)));
  }

  @Test
  void aNegativePromptIsEncoded() throws IOException {
    TextStates blurred = model.textEncoders().encode(List.of("blurred"));
    assertThat(drawn("blurred")).hasSameBinaryContentAs(expected(blurred));
    assertThat(Files.mismatch(drawn("blurred"), drawn(""))).isNotNegative();
  }

  @Test
  void latentsAreNotClipped() {
    NDArray x = manager.full(LATENT, 5f).expandDims(0);
    try (Sampling sampling = SampleDrawer.scheduler(PIPELINE).start(2)) {
      NDArray next = sampling.step(x.zerosLike(), 0, x, StepNoise.NONE); // no noise is left: larger
      assertThat(next.min().getFloat()).isGreaterThan(5);
    }
  }

  private Path drawn(String negativePrompt) {
    SampleSettings settings = new SampleSettings(List.of(), 1, 2, 3, negativePrompt, 42);
    try (DatasetEncoder encoder =
        new DatasetEncoder(
            new DatasetEncoder.Networks(
                "vae",
                "sdxl",
                1,
                picture -> picture,
                text ->
                    text.map(t -> model.textEncoders().encode(List.of(t)))
                        .orElseGet(() -> model.textEncoders().withoutPrompt(1))),
            new DatasetSettings(folder, 16, "text", "class", 0, 0, 1_000_000, 8, Optional.empty()),
            folder.resolve("cache"),
            manager,
            (what, done, total) -> {})) {
      return new SampleWriter(
              new SampleDrawer(
                  textToImage,
                  encoder.texts(),
                  encoder::encodeNoPrompt,
                  settings,
                  LATENT,
                  model.vae().config().downsamplingFactor(),
                  manager),
              model.vae(),
              settings)
          .draw(List.of("a cat"), folder, "of" + negativePrompt)
          .files()
          .get(0);
    }
  }

  private Path expected(TextStates negative) {
    int side = 8 * model.vae().config().downsamplingFactor();
    List<SizeConditioning> size = List.of(new SizeConditioning(side, side, 0, 0, side, side));
    float[] noise = new KeyedRandom(42).normal(Purpose.SAMPLE_NOISE, "sample", 0, 256);
    NDArray latents =
        textToImage.latents(
            manager.create(noise, new Shape(1, 4, 8, 8)),
            Conditioning.of(model.textEncoders().encode(List.of("a cat")), size),
            Conditioning.of(negative, size),
            2,
            3,
            StepNoise.NONE,
            (done, of) -> {});
    NDArray picture = TextToImage.decode(model.vae(), latents).squeeze(0).mul(2).sub(1);
    Path file = folder.resolve("expected.png");
    Pictures.writePng(file, picture.toFloatArray(), side, side);
    return file;
  }
}
