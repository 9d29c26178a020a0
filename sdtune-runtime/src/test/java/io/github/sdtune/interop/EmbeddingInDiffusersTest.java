package io.github.sdtune.interop;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.diffusion.Samplers;
import io.github.sdtune.diffusion.Scheduler;
import io.github.sdtune.diffusion.StepNoise;
import io.github.sdtune.diffusion.TextToImage;
import io.github.sdtune.inversion.Embedding;
import io.github.sdtune.inversion.EmbeddingFile;
import io.github.sdtune.model.Conditioning;
import io.github.sdtune.model.SizeConditioning;
import io.github.sdtune.model.StableDiffusion;
import io.github.sdtune.model.TextStates;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.Purpose;
import io.github.sdtune.tensor.Safetensors;
import io.github.sdtune.tensor.TestDevice;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What sdtune writes is what diffusers' {@code load_textual_inversion} understands. */
@Interop
class EmbeddingInDiffusersTest {
  private static final int STEPS = 10;
  private static final double GUIDANCE_SCALE = 3;
  private static final float TOLERANCE = 1e-3f;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "../sdtune-models/emoji-base/src/main/model, 1",
    "../sdtune-models/emoji-base/src/main/model, 3",
    "src/test/resources/fixtures/sdxl/pipeline, 2"
  })
  void diffusersReadsTheWordAlike(Path base, int vectors) {
    String prompt = "lineart emoji of <cat-toy>, animal";
    Path file = folder.resolve("learned_embeds.safetensors");
    Path latentsFile = folder.resolve("latents.safetensors");
    Path outFile = folder.resolve("out.safetensors");
    try (NDManager manager = TestDevice.open();
        StableDiffusion model = StableDiffusion.load(base.toAbsolutePath(), manager)) {
      Embedding embedding = randomEmbedding(model, vectors, manager);
      NDArray spelt = model.textEncoders().encode(List.of(prompt)).context();
      EmbeddingFile.write(file, embedding, Map.of("sdtune.test", "yes"));
      Embedding.use(List.of(embedding), model.textEncoders());
      int side = model.unet().config().sampleSize();
      float[] start = new KeyedRandom(5).normal(Purpose.NOISE, "start", 0, 4 * side * side);
      NDArray latents = manager.create(start, new Shape(1, 4, side, side));
      Safetensors.write(latentsFile, new TreeMap<>(Map.of("latents", latents)), Map.of());

      Python.run(
          "embeddings.py",
          base.toAbsolutePath(),
          file,
          embedding.token(),
          latentsFile,
          outFile,
          prompt,
          STEPS,
          GUIDANCE_SCALE);

      TextStates states = model.textEncoders().encode(List.of(prompt));
      try (Safetensors out = Safetensors.open(outFile)) {
        assertThat(largest(states.context().sub(spelt))).isGreaterThan(0.1f);
        assertThat(largest(states.context().sub(out.read("context", manager))))
            .isLessThan(TOLERANCE);
        states
            .pooled()
            .ifPresent(
                pooled ->
                    assertThat(largest(pooled.sub(out.read("pooled", manager))))
                        .isLessThan(TOLERANCE));
        NDArray drawn = draw(model, states, latents);
        assertThat(largest(drawn.sub(out.read("latents", manager)))).isLessThan(TOLERANCE);
      }
    }
  }

  private static NDArray draw(StableDiffusion model, TextStates states, NDArray latents) {
    int pixels = model.unet().config().sampleSize() * model.vae().config().downsamplingFactor();
    List<SizeConditioning> sizes = List.of(SizeConditioning.of(pixels, pixels));
    Scheduler scheduler =
        Samplers.of("DDIMScheduler", model.folder().resolve("scheduler/scheduler_config.json"));
    return new TextToImage(model.unet(), scheduler)
        .latents(
            latents,
            Conditioning.of(states, sizes),
            Conditioning.of(model.textEncoders().withoutPrompt(1), sizes),
            STEPS,
            GUIDANCE_SCALE,
            StepNoise.NONE,
            (done, of) -> {});
  }

  private static Embedding randomEmbedding(StableDiffusion model, int vectors, NDManager manager) {
    KeyedRandom random = new KeyedRandom(11);
    SortedMap<String, NDArray> rows = new TreeMap<>();
    model
        .textEncoders()
        .models()
        .forEach(
            (part, encoder) -> {
              Shape shape = new Shape(vectors, encoder.config().hiddenSize());
              int size = Math.toIntExact(shape.size());
              float[] values = random.normal(Purpose.ADAPTER_INIT, part, 0, size);
              rows.put(part, manager.create(values, shape).mul(0.1f));
            });
    return new Embedding("test", "<cat-toy>", rows);
  }

  private static float largest(NDArray difference) {
    return difference.abs().max().getFloat();
  }
}
