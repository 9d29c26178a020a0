package io.github.sdtune.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.sdtune.io.Json;
import io.github.sdtune.model.AutoencoderKLConfig;
import io.github.sdtune.model.CLIPTextConfig;
import io.github.sdtune.model.UNet2DConditionConfig;
import io.github.sdtune.safetensors.TensorSource;
import io.github.sdtune.safetensors.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A single file of published shapes has the published configurations. */
class ConfigInferenceTest {
  private static final String OPEN_CLIP = "cond_stage_model.model.";

  @ParameterizedTest
  @ValueSource(strings = {"sd15", "sd21", "sdxl"})
  void configurationsOfPublishedShapesAreThePublishedOnes(String model) {
    HeaderOnly file = published(model);

    Family family = FamilyOf.singleFile(file);
    Configs configs = ConfigInference.of(file, family, Optional.empty());

    assertThat(family).isEqualTo(Models.family(model));
    for (Part part : KeyMaps.parts(family)) {
      assertSame(configs.parts().get(part), Published.config(model, part.folder()));
    }
    assertSame(configs.scheduler(), Published.config(model, "scheduler"));
    assertThat(configs.resolution())
        .isEqualTo(Map.of("sd15", 512, "sd21", 768, "sdxl", 1024).get(model));
  }

  /** Room model is strict: a key that it does not know would be refused. */
  @ParameterizedTest
  @ValueSource(strings = {"sd15", "sd21", "sdxl"})
  void inferredConfigurationsAreThoseThatNetworksAreBuiltFrom(String model, @TempDir Path folder) {
    HeaderOnly file = published(model);
    Configs configs = ConfigInference.of(file, Models.family(model), Optional.empty());
    configs.parts().forEach((part, json) -> Json.write(folder.resolve(part.folder()), json));

    UNet2DConditionConfig unet = UNet2DConditionConfig.read(folder.resolve("unet"));
    AutoencoderKLConfig vae = AutoencoderKLConfig.read(folder.resolve("vae"));
    CLIPTextConfig text = CLIPTextConfig.read(folder.resolve("text_encoder"));

    assertThat(unet.crossAttentionDim())
        .isEqualTo(Map.of("sd15", 768, "sd21", 1024, "sdxl", 2048).get(model));
    assertThat(vae.scalingFactor()).isEqualTo(model.equals("sdxl") ? 0.13025 : 0.18215);
    assertThat(text.numHiddenLayers()).isEqualTo(model.equals("sd21") ? 23 : 12);
    if (model.equals("sdxl")) {
      assertThat(CLIPTextConfig.read(folder.resolve("text_encoder_2")).hiddenSize())
          .isEqualTo(1280);
    }
  }

  /** Published files of SD2 hold the layer that is not used; diffusers' script leaves it out. */
  @Test
  void theUnusedLayerOfSd2IsNotCounted() {
    HeaderOnly file = published("sd21");
    assertThat(layers(file)).isEqualTo(23);

    String last = OPEN_CLIP + "transformer.resblocks.23.";
    file.shapes.put(last + "ln_1.weight", List.of(1024L));
    file.shapes.put(OPEN_CLIP + "text_projection", List.of(1024L, 1024L));

    assertThat(layers(file)).isEqualTo(23);
  }

  @Test
  void sd2PredictsTheVelocityUnlessTheStepsOfItsTrainingOrTheUserSayOtherwise() {
    HeaderOnly file = published("sd21");
    assertThat(ConfigInference.predictionType(file, Family.SD2)).isEqualTo("v_prediction");

    file.shapes.put("global_step", List.of());
    assertThat(ConfigInference.predictionType(file, Family.SD2)).isEqualTo("epsilon");

    Configs asked = ConfigInference.of(file, Family.SD2, Optional.of("v_prediction"));
    assertThat(asked.predictionType()).isEqualTo("v_prediction");
    assertThat(asked.parts().get(Part.UNET).path("sample_size").asInt()).isEqualTo(96);
    Configs base = ConfigInference.of(file, Family.SD2, Optional.empty());
    assertThat(base.parts().get(Part.UNET).path("sample_size").asInt()).isEqualTo(64);
  }

  @Test
  void anXlFileMaySayThatItPredictsTheVelocity() {
    HeaderOnly file = published("sdxl");
    file.shapes.put("v_pred", List.of(0L));
    file.shapes.put("ztsnr", List.of(0L));

    JsonNode scheduler = ConfigInference.of(file, Family.SDXL, Optional.empty()).scheduler();

    assertThat(scheduler.path("prediction_type").asText()).isEqualTo("v_prediction");
    assertThat(scheduler.path("rescale_betas_zero_snr").asBoolean()).isTrue();
  }

  private static int layers(HeaderOnly file) {
    return ConfigInference.of(file, Family.SD2, Optional.empty())
        .parts()
        .get(Part.TEXT_ENCODER)
        .path("num_hidden_layers")
        .asInt();
  }

  private static void assertSame(JsonNode found, JsonNode published) {
    assertThat(found.properties()).containsExactlyInAnyOrderElementsOf(published.properties());
  }

  private static HeaderOnly published(String model) {
    return new HeaderOnly(new LinkedHashMap<>(Published.original(model)));
  }

  /** Names and shapes without numbers; {@code global_step} is that of stable-diffusion-2-base. */
  private record HeaderOnly(Map<String, List<Long>> shapes) implements TensorSource {
    @Override
    public Path path() {
      return Path.of("published.safetensors");
    }

    @Override
    public Set<String> names() {
      return shapes.keySet();
    }

    @Override
    public TensorType type(String name) {
      return name.equals("global_step") ? TensorType.I64 : TensorType.F16;
    }

    @Override
    public List<Long> shape(String name) {
      return shapes.get(name);
    }

    @Override
    public ByteBuffer data(String name) {
      return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, 875_000);
    }

    @Override
    public Map<String, String> metadata() {
      return Map.of();
    }

    @Override
    public void close() {}
  }
}
