package io.github.sdtune.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.Json;
import io.github.sdtune.tensor.Golden;
import io.github.sdtune.tensor.TestDevice;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What SDXL is told beside the text, and what it is told where there is none. */
class SdxlConditioningTest {
  private static final Path SDXL = Golden.FIXTURES.resolve("sdxl/pipeline");
  private final NDManager manager = TestDevice.open();
  @TempDir Path folder;

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void aUnetThatWantsAddedConditionsRefusesToGoWithout() {
    try (UNet2DConditionModel unet = UNet2DConditionModel.load(SDXL.resolve("unet"), manager)) {
      Conditioning bare = Conditioning.of(zeros(1, 77, 40));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> unet.forward(zeros(1, 4, 8, 8), timesteps(), bare))
          .withMessageContaining("wants pooled text states and time ids");
      Conditioning wrong = sdxl(zeros(1, 77, 40), zeros(1, 23));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> unet.forward(zeros(1, 4, 8, 8), timesteps(), wrong))
          .withMessage("pooled text: found (1, 23), expected (1, 24)");
    }
  }

  @Test
  void aUnetThatKnowsNoAddedConditionsRefusesThem() {
    Path sd15 = Golden.FIXTURES.resolve("sd15/pipeline/unet");
    try (UNet2DConditionModel unet = UNet2DConditionModel.load(sd15, manager)) {
      Conditioning added = sdxl(zeros(1, 77, 32), zeros(1, 24));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> unet.forward(zeros(1, 4, 8, 8), timesteps(), added))
          .withMessageContaining("knows no pooled text states");
    }
  }

  @Test
  void guidanceJoinsBothBatches() {
    Conditioning negative = sdxl(zeros(1, 7, 4), zeros(1, 3));
    Conditioning positive = sdxl(manager.ones(new Shape(2, 7, 4)), manager.ones(new Shape(2, 3)));
    Conditioning both = negative.then(positive);
    assertThat(both.context().getShape()).isEqualTo(new Shape(3, 7, 4));
    assertThat(both.added().orElseThrow().pooled().toFloatArray())
        .containsExactly(0, 0, 0, 1, 1, 1, 1, 1, 1);
    assertThat(both.added().orElseThrow().timeIds().getShape()).isEqualTo(new Shape(3, 6));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> negative.then(Conditioning.of(zeros(1, 7, 4))));
  }

  @Test
  void withoutANegativePromptTheStatesAreZeros() {
    try (TextEncoders text = TextEncoders.load(SDXL, manager)) {
      TextStates none = text.withoutPrompt(2);
      assertThat(none.context().getShape()).isEqualTo(new Shape(2, 77, 40));
      assertThat(none.context().abs().max().getFloat()).isZero();
      assertThat(none.pooled().orElseThrow().abs().max().getFloat()).isZero();
      assertThat(text.encode(List.of("")).context().abs().max().getFloat()).isPositive();
    }
  }

  @Test
  void orThoseOfTheEmptyTextWhereTheModelSaysSo() throws IOException {
    copy(SDXL);
    Path file = folder.resolve("model_index.json");
    ObjectNode index = (ObjectNode) Json.read(file, JsonNode.class);
    Json.write(file, index.put("force_zeros_for_empty_prompt", false));
    try (TextEncoders text = TextEncoders.load(folder, manager)) {
      TextStates none = text.withoutPrompt(1);
      TextStates empty = text.encode(List.of(""));
      assertThat(none.context()).isEqualTo(empty.context());
      assertThat(none.pooled().orElseThrow()).isEqualTo(empty.pooled().orElseThrow());
    }
  }

  @Test
  void theRefinerIsRefused() throws IOException {
    Files.createDirectories(folder.resolve("text_encoder_2"));
    assertThatThrownBy(() -> TextEncoders.load(folder, manager).close())
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining("refiner");
  }

  @Test
  void aSecondEncoderWithoutProjectionIsRefused() throws IOException {
    copy(SDXL);
    for (String file : List.of("config.json", "model.safetensors")) {
      Path from = folder.resolve("text_encoder").resolve(file);
      Path to = folder.resolve("text_encoder_2").resolve(file);
      Files.delete(to);
      Files.copy(from, to);
    }
    assertThatThrownBy(() -> TextEncoders.load(folder, manager).close())
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining("text_projection.weight");
  }

  private Conditioning sdxl(NDArray context, NDArray pooled) {
    int items = (int) pooled.getShape().get(0);
    List<SizeConditioning> sizes = Collections.nCopies(items, SizeConditioning.of(64, 64));
    return Conditioning.of(new TextStates(context, Optional.of(pooled)), sizes);
  }

  private NDArray zeros(long... shape) {
    return manager.zeros(new Shape(shape));
  }

  private NDArray timesteps() {
    return manager.zeros(new Shape(1), DataType.INT64);
  }

  private void copy(Path from) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Path to = folder.resolve(from.relativize(file).toString());
            Files.createDirectories(to.getParent());
            Files.copy(file, to);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
