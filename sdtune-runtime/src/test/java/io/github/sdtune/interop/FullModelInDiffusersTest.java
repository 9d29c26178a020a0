package io.github.sdtune.interop;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.diffusion.Samplers;
import io.github.sdtune.diffusion.TextToImage;
import io.github.sdtune.method.FolderNetworks;
import io.github.sdtune.method.FullSettings;
import io.github.sdtune.method.Method;
import io.github.sdtune.method.MethodSettings;
import io.github.sdtune.method.ParameterGroup;
import io.github.sdtune.model.StableDiffusion;
import io.github.sdtune.selection.Rule;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.Purpose;
import io.github.sdtune.tensor.Safetensors;
import io.github.sdtune.tensor.TestDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What full fine-tuning writes is in diffusers what it is here: the whole model, and each part. */
@Interop
class FullModelInDiffusersTest {
  private static final Path BASE =
      Path.of("src/test/resources/fixtures/sd15/pipeline").toAbsolutePath();
  private static final String PROMPT = "a photo of a red fox in the snow";
  private static final int STEPS = 8;
  private static final double GUIDANCE_SCALE = 3;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"unet, *", "text_encoder, *", "vae, decoder.*"})
  void diffusersDrawsTheSameFromTheZipAndWithThePart(String name, String pattern)
      throws IOException {
    Part part = Part.valueOf(name.toUpperCase(Locale.ROOT));
    Path model = folder.resolve("model");
    Path start = folder.resolve("start.safetensors");
    Path out = folder.resolve("out.safetensors");
    try (NDManager manager = TestDevice.open()) {
      Path weights = written(part, pattern, manager);
      unzip(weights.resolve("model.zip"), model);
      float[] noise = new KeyedRandom(5).normal(Purpose.NOISE, "start", 0, 4 * 8 * 8);
      NDArray latents = manager.create(noise, new Shape(1, 4, 8, 8));
      Safetensors.write(start, new TreeMap<>(Map.of("latents", latents)), Map.of());

      Python.run(
          "full_models.py",
          BASE,
          model,
          name,
          weights.resolve(name),
          start,
          out,
          PROMPT,
          STEPS,
          GUIDANCE_SCALE);

      NDArray picture = picture(model, latents, manager);
      try (Safetensors drawn = Safetensors.open(out)) {
        assertThat(largest(picture.sub(drawn.read("base", manager)))).isGreaterThan(1e-2f);
        assertThat(largest(picture.sub(drawn.read("zip", manager)))).isLessThan(1e-3f);
        assertThat(largest(picture.sub(drawn.read("part", manager)))).isLessThan(1e-3f);
      }
    }
  }

  /** As after a training. */
  private Path written(Part part, String pattern, NDManager manager) {
    Rule rule = Rule.of("rule", part, List.of(pattern));
    Method method =
        MethodSettings.of(new FullSettings(List.of(rule)))
            .start(FolderNetworks.load(BASE, manager), new KeyedRandom(0), manager);
    KeyedRandom random = new KeyedRandom(11);
    ParameterGroup.all(method.groups())
        .forEach(
            (name, parameter) -> {
              float[] moved =
                  random.normal(Purpose.ADAPTER_INIT, name, 1, Math.toIntExact(parameter.size()));
              parameter.addi(manager.create(moved, parameter.getShape()).mul(0.02f));
            });
    Path weights = folder.resolve("weights");
    method.write(weights, Map.of());
    return weights;
  }

  private static NDArray picture(Path folder, NDArray latents, NDManager manager) {
    StableDiffusion model = StableDiffusion.load(folder, manager);
    NDArray drawn =
        new TextToImage(
                model.unet(),
                Samplers.of("DDIMScheduler", folder.resolve("scheduler/scheduler_config.json")))
            .latents(
                latents,
                model.textEncoders().encode(List.of(PROMPT)).context(),
                model.textEncoders().encode(List.of("")).context(),
                STEPS,
                GUIDANCE_SCALE);
    return TextToImage.decode(model.vae(), drawn);
  }

  private static void unzip(Path zip, Path folder) throws IOException {
    try (ZipFile file = new ZipFile(zip.toFile())) {
      for (ZipEntry entry : Collections.list(file.entries())) {
        Path target = folder.resolve(entry.getName());
        Files.createDirectories(target.getParent());
        Files.copy(file.getInputStream(entry), target);
      }
    }
  }

  private static float largest(NDArray difference) {
    return difference.abs().max().getFloat();
  }
}
