package io.github.sdtune.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sdtune.dataset.Pictures;
import io.github.sdtune.io.Json;
import io.github.sdtune.tensor.Safetensors;
import io.github.sdtune.tensor.TestDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.io.file.PathUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tiny CLIP beside transformers' answers, by {@code src/test/python/clip.py}. */
class CLIPModelTest {
  private static final Path FIXTURE = Path.of("src/test/resources/fixtures/clip");
  private static final Path MODEL = FIXTURE.resolve("model");

  @TempDir Path temporary;
  private final NDManager manager = TestDevice.open();

  @AfterEach
  void close() {
    manager.close();
  }

  private static float difference(NDArray found, NDArray expected) {
    assertThat(found.getShape()).isEqualTo(expected.getShape());
    assertThat(expected.abs().max().getFloat()).isGreaterThan(1);
    return found.sub(expected).abs().max().getFloat();
  }

  @Test
  void textsArePlacedAsByTransformers() throws IOException {
    List<String> texts = new ArrayList<>();
    Json.read(FIXTURE.resolve("golden.json"), JsonNode.class)
        .path("texts")
        .forEach(text -> texts.add(text.asText()));
    try (CLIPModel clip = CLIPModel.load(MODEL, manager);
        Safetensors golden = Safetensors.open(FIXTURE.resolve("golden.safetensors"))) {
      assertThat(difference(clip.texts(texts), golden.read("text_features", manager)))
          .isLessThan(2e-5f);
    }
  }

  /** From the files' own size on: resized by the cubic filter, normalized, encoded. */
  @Test
  void picturesArePlacedAsByTransformers() {
    try (FeatureNetwork clip = FeatureNetwork.load(MODEL, manager);
        Safetensors golden = Safetensors.open(FIXTURE.resolve("golden.safetensors"))) {
      NDArray pictures = golden.read("pictures", manager).toType(DataType.FLOAT32, true);
      int side = (int) pictures.getShape().get(3);
      for (int i = 0; i < pictures.getShape().get(0); i++) {
        float[] values = pictures.get(i).div(127.5f).sub(1).toFloatArray();
        float[] resized = Pictures.resized(values, side, clip.side(), clip.resampling());
        NDArray seen = manager.create(resized).reshape(1, 3, clip.side(), clip.side());
        NDArray expected = golden.read("image_features", manager).get(i + ":" + (i + 1));
        assertThat(difference(clip.features(seen), expected)).isLessThan(1e-3f);
      }
    }
  }

  @Test
  void anotherModelIsNamed() throws IOException {
    Files.writeString(temporary.resolve("config.json"), "{\"model_type\": \"siglip\"}");
    assertThatThrownBy(() -> CLIPModel.load(temporary, manager))
        .hasMessageContaining("config.json: found model_type \"siglip\", expected \"clip\"");
    Files.writeString(temporary.resolve("config.json"), "{\"model_type\": \"clip\"}");
    assertThatThrownBy(() -> CLIPModel.load(temporary, manager))
        .hasMessageContaining("there is no text_config");
  }

  @Test
  void weightsThatDoNotFitAreNamed() throws IOException {
    PathUtils.copyDirectory(MODEL, temporary);
    Path config = temporary.resolve("config.json");
    ObjectNode json = Json.read(config, ObjectNode.class);
    ((ObjectNode) json.path("vision_config")).put("patch_size", 8);
    Json.write(config, json);
    assertThatThrownBy(() -> CLIPModel.load(temporary, manager))
        .hasMessageContaining("vision_model.embeddings.patch_embedding.weight")
        .hasMessageContaining("vision_model.embeddings.position_embedding.weight");
    ((ObjectNode) json.path("vision_config")).put("patch_size", 7);
    Json.write(config, json);
    assertThatThrownBy(() -> CLIPModel.load(temporary, manager))
        .hasMessageContaining("image_size: 48 is not divisible by patch_size 7");
  }
}
