package io.github.sdtune.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The configurations of the models that people have are read. */
class PublishedConfigsTest {
  private static Path file(String name) {
    return Path.of("src/test/resources/published-configs", name + ".json");
  }

  @Test
  void unets() {
    UNet2DConditionConfig sd15 = UNet2DConditionConfig.read(file("sd15-unet"));
    assertThat(sd15.heads()).containsExactly(8, 8, 8, 8);
    assertThat(sd15.transformerLayersPerBlock()).containsExactly(1, 1, 1, 1);
    assertThat(sd15.textTime()).isEmpty();
    UNet2DConditionConfig sd21 = UNet2DConditionConfig.read(file("sd21-unet"));
    assertThat(sd21.heads()).containsExactly(5, 10, 20, 20);
    assertThat(sd21.useLinearProjection()).isTrue();
    assertThat(sd21.crossAttentionDim()).isEqualTo(1024);
    UNet2DConditionConfig sdxl = UNet2DConditionConfig.read(file("sdxl-unet"));
    assertThat(sdxl.transformerLayersPerBlock()).containsExactly(1, 2, 10);
    UNet2DConditionConfig.TextTime textTime = sdxl.textTime().orElseThrow();
    assertThat(textTime).isEqualTo(new UNet2DConditionConfig.TextTime(256, 2816));
    assertThat(textTime.pooledDim()).isEqualTo(1280);
  }

  @Test
  void autoencoders() {
    assertThat(AutoencoderKLConfig.read(file("sd15-vae")).scalingFactor()).isEqualTo(0.18215);
    AutoencoderKLConfig sdxl = AutoencoderKLConfig.read(file("sdxl-vae"));
    assertThat(sdxl.scalingFactor()).isEqualTo(0.13025);
    assertThat(sdxl.downsamplingFactor()).isEqualTo(8);
    assertThat(sdxl.blockOutChannels()).isEqualTo(List.of(128, 256, 512, 512));
  }

  @ParameterizedTest
  @CsvSource({
    "sd15-text_encoder, 768, 12, quick_gelu, false",
    "sd21-text_encoder, 1024, 23, gelu, false",
    "sdxl-text_encoder, 768, 12, quick_gelu, false",
    "sdxl-text_encoder_2, 1280, 32, gelu, true",
  })
  void textEncoders(String name, int size, int layers, String activation, boolean projection) {
    CLIPTextConfig config = CLIPTextConfig.read(file(name));
    assertThat(config.hiddenSize()).isEqualTo(size);
    assertThat(config.numHiddenLayers()).isEqualTo(layers);
    assertThat(config.hiddenAct()).isEqualTo(activation);
    assertThat(config.withProjection()).isEqualTo(projection);
  }
}
