package io.github.sdtune.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.Json;
import io.github.sdtune.safetensors.TensorSource;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Untrained networks are drawn as diffusers and transformers draw them. */
class RandomStartTest {
  private static final Path FIXTURES = Path.of("src/test/resources/fixtures");
  private static final int DRAWS = 16;

  @TempDir Path folder;

  private Path drawn(String model, Set<Part> parts, long seed) throws IOException {
    Path to = folder.resolve(model + seed + parts);
    new RandomStart(FIXTURES.resolve(model).resolve("pipeline"), parts, seed).write(to);
    return to;
  }

  /** Of a part: sum of squares and largest absolute value over all draws, by tensor. */
  private Map<String, double[]> measured(String model, Part part) throws IOException {
    Map<String, double[]> sums = new HashMap<>();
    for (int seed = 0; seed < DRAWS; seed++) {
      Path own = drawn(model, EnumSet.of(part), seed).resolve(part.folder());
      try (TensorSource tensors = PartWeights.open(own, part)) {
        for (String name : tensors.names()) {
          double[] sum = sums.computeIfAbsent(name, n -> new double[3]);
          FloatBuffer values = tensors.data(name).asFloatBuffer();
          sum[2] += values.remaining();
          while (values.hasRemaining()) {
            double value = values.get();
            sum[0] += value * value;
            sum[1] = Math.max(sum[1], Math.abs(value));
          }
        }
      }
    }
    return sums;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sd15/unet",
        "sd15/vae",
        "sd15/text_encoder",
        "sdxl/unet",
        "sdxl/text_encoder",
        "sdxl/text_encoder_2"
      })
  void theNumbersHaveTheSpreadThatTheLibrariesGiveThem(String modelAndPart) throws IOException {
    JsonNode expected =
        Json.read(FIXTURES.resolve("random-start/expected.json"), JsonNode.class).get(modelAndPart);
    Path names = Path.of(modelAndPart);
    Map<String, double[]> measured =
        measured(
            names.getParent().toString(),
            Part.ofFolder(names.getFileName().toString()).orElseThrow());
    assertThat(measured.keySet()).containsExactlyInAnyOrderElementsOf(expected::fieldNames);
    measured.forEach(
        (name, sum) -> {
          double deviation = expected.get(name).get(0).asDouble();
          double highest = expected.get(name).get(1).asDouble();
          // Five standard errors of ours; theirs is of four times as many numbers.
          double tolerance = 1e-5 + deviation * 5 * 1.12 / Math.sqrt(2 * sum[2]);
          assertThat(Math.sqrt(sum[0] / sum[2])).as(name).isCloseTo(deviation, within(tolerance));
          boolean uniform = !modelAndPart.contains("text");
          if (uniform) {
            assertThat(sum[1]).as(name).isBetween(0.8 * highest, 1.2 * highest);
          }
        });
  }

  @Test
  void theSameSeedGivesTheSameBytesAndTheOtherPartsAreCopied() throws IOException {
    Set<Part> parts = EnumSet.of(Part.UNET, Part.TEXT_ENCODER);
    Path one = drawn("sd15", parts, 7);
    Path other = folder.resolve("again");
    new RandomStart(FIXTURES.resolve("sd15/pipeline"), parts, 7).write(other);
    for (String file :
        new String[] {
          "unet/diffusion_pytorch_model.safetensors", "text_encoder/model.safetensors"
        }) {
      assertThat(one.resolve(file)).hasSameBinaryContentAs(other.resolve(file));
      assertThat(Files.mismatch(one.resolve(file), FIXTURES.resolve("sd15/pipeline").resolve(file)))
          .as(file)
          .isNotNegative();
    }
    String vae = "vae/diffusion_pytorch_model.safetensors";
    assertThat(one.resolve(vae))
        .hasSameBinaryContentAs(FIXTURES.resolve("sd15/pipeline").resolve(vae));
    ModelZip.check(one);
  }

  @Test
  void configurationsWithoutShapesAreRefused() throws IOException {
    Path base = folder.resolve("base");
    FileUtils.copyDirectory(FIXTURES.resolve("sd15/pipeline").toFile(), base.toFile());
    Files.writeString(base.resolve("unet/config.json"), "{\"act_fn\": \"silu\"}");
    assertThatThrownBy(
            () -> new RandomStart(base, EnumSet.of(Part.UNET), 0).write(folder.resolve("drawn")))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContainingAll(
            "found no block_out_channels in unet/config.json, expected a list",
            "found no down_block_types in unet/config.json");
    assertThat(folder.resolve("drawn")).doesNotExist();
  }

  @Test
  void aPartThatTheFamilyDoesNotHaveIsRefused() {
    assertThatThrownBy(() -> drawn("sd15", EnumSet.of(Part.TEXT_ENCODER_2), 0))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining("text_encoder_2");
  }
}
