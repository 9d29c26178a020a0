package io.github.sdtune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.sdtune.diffusion.NoiseSchedule;
import io.github.sdtune.tensor.Safetensors;
import io.github.sdtune.tensor.TestDevice;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against kohya's sd-scripts and diffusers. */
class NoiseTest {
  private static final JsonNode FACTS = RegularisationFixture.FACTS.get("noises");

  private final NDManager manager = TestDevice.open();
  private final Safetensors golden = RegularisationFixture.tensors();

  @AfterEach
  void close() {
    golden.close();
    manager.close();
  }

  private float[] numbers(String name) {
    return golden.read(name, manager).toFloatArray();
  }

  @ParameterizedTest
  @CsvSource({"plain_offset, 0", "adaptive_offset, 0.5", "adaptive_offset_down, -0.5"})
  void anOffsetIsAddedAsKohyaDoes(String result, double adaptiveScale) {
    float[] noise = numbers("noise.noise");
    new OffsetNoise(0.1, false, adaptiveScale)
        .add(noise, numbers("noise.latents"), numbers("noise.offset"), 1);
    assertThat(noise).containsExactly(numbers("noise." + result), within(1e-6f));
  }

  @Test
  void aShareOfTheStrengthIsAsMuchLess() {
    float[] noise = new float[4];
    new OffsetNoise(0.5, true, 0).add(noise, new float[4], new float[] {1, -2}, 0.5);
    assertThat(noise).containsExactly(0.25f, 0.25f, -0.5f, -0.5f);
    float[] perturbed = new InputPerturbation(0.5, true).of(new float[] {1}, new float[] {2}, 0.25);
    assertThat(perturbed).containsExactly(1.25f);
  }

  @ParameterizedTest
  @CsvSource({"small, 6, 5", "large, 24, 40"})
  void aPyramidIsThatOfKohya(String name, int height, int width) {
    PyramidNoise pyramid =
        new PyramidNoise(FACTS.get("iterations").asInt(), FACTS.get("discount").asDouble());
    List<PyramidNoise.Level> levels =
        pyramid.levels(height, width, RegularisationFixture.numbers(FACTS.get("uniforms")));
    List<JsonNode> sizes = RegularisationFixture.list(FACTS.get("sizes").get(name));
    assertThat(levels)
        .isEqualTo(
            sizes.stream()
                .map(size -> new PyramidNoise.Level(size.get(0).asInt(), size.get(1).asInt()))
                .toList());
    float[] noise = numbers("pyramid." + name + ".noise");
    pyramid.add(noise, 4, height, width, levels, numbers("pyramid." + name + ".draws"));
    assertThat(noise).containsExactly(numbers("pyramid." + name + ".result"), within(2e-6f));
  }

  /** The noise that goes in is not the one that is asked for. */
  @Test
  void anInputIsPerturbedAsInDiffusers() {
    float[] noise = numbers("noise.noise");
    float[] perturbed =
        new InputPerturbation(0.1, false).of(noise, numbers("noise.perturbation"), 1);
    assertThat(noise).containsExactly(numbers("noise.noise"));
    NDArray latents = golden.read("noise.latents", manager);
    NDArray noisy =
        NoiseSchedule.read(
                Path.of(
                    "src/test/resources/fixtures/sd15/pipeline/scheduler/scheduler_config.json"))
            .addNoise(
                latents,
                manager.create(perturbed, latents.getShape()),
                new int[] {FACTS.get("timestep").asInt()});
    assertThat(noisy.toFloatArray())
        .containsExactly(numbers("noise.perturbed_latents"), within(1e-6f));
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThatThrownBy(() -> new PyramidNoise(0, 0))
        .hasMessageContainingAll("<pyramidNoiseIterations>", "<pyramidNoiseDiscount>");
    assertThatThrownBy(() -> new OffsetNoise(-1, false, Double.NaN))
        .hasMessageContainingAll("<noiseOffset>", "<noiseOffsetAdaptiveScale>");
    assertThatThrownBy(() -> new InputPerturbation(0, false))
        .hasMessageContaining("<inputPerturbation>");
  }
}
