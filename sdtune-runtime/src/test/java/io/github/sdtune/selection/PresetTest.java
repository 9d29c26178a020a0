package io.github.sdtune.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.checkpoint.ModelShapes;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.checkpoint.Published;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Presets on the names of the published models. */
class PresetTest {
  private static Rule rule(Part part, Preset... presets) {
    return Rule.of("rule 1", part, List.of(presets), List.of());
  }

  private static Set<String> layers(String model, Part part, Preset... presets) {
    return select(Published.shapes(model).layers(part).keySet(), part, presets);
  }

  private static Set<String> select(Collection<String> names, Part part, Preset... presets) {
    return Selection.of(List.of(rule(part, presets)), Map.of(part, names)).of(part).keySet();
  }

  /**
   * 192 and 722 layers of the UNet, 72 and 192 of the text encoders are what kohya's scripts tell
   * at their start; 128 and 560 what peft attaches for diffusers'.
   */
  @ParameterizedTest
  @CsvSource({
    "sd15, UNET, ATTENTION, 128",
    "sd15, UNET, SELF_ATTENTION, 64",
    "sd15, UNET, CROSS_ATTENTION, 64",
    "sd15, UNET, FEED_FORWARD, 32",
    "sd15, UNET, TRANSFORMER_BLOCKS, 160",
    "sd15, UNET, TRANSFORMERS, 192",
    "sd15, UNET, CONVOLUTIONS, 50",
    "sd15, TEXT_ENCODER, ATTENTION, 48",
    "sd15, TEXT_ENCODER, FEED_FORWARD, 24",
    "sd15, TEXT_ENCODER, TRANSFORMER_BLOCKS, 72",
    "sd15, VAE, ATTENTION, 4",
    "sd15, VAE, CONVOLUTIONS, 31",
    "sd21, UNET, ATTENTION, 128",
    "sd21, UNET, TRANSFORMERS, 192",
    "sd21, TEXT_ENCODER, TRANSFORMER_BLOCKS, 138",
    "sdxl, UNET, ATTENTION, 560",
    "sdxl, UNET, TRANSFORMERS, 722",
    "sdxl, UNET, B_LORA_CONTENT, 80",
    "sdxl, UNET, B_LORA_STYLE, 80",
    "sdxl, TEXT_ENCODER, TRANSFORMER_BLOCKS, 72",
    "sdxl, TEXT_ENCODER_2, TRANSFORMER_BLOCKS, 192",
  })
  void selectsAsManyLayers(String model, Part part, Preset preset, int expected) {
    assertThat(layers(model, part, preset)).hasSize(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sd15", "sd21", "sdxl"})
  void theBlocksAndWhatIsAtBothEndsAreAllOfTheUNet(String model) {
    Set<String> blocks =
        layers(model, Part.UNET, Preset.DOWN_BLOCKS, Preset.MID_BLOCK, Preset.UP_BLOCKS);
    Set<String> all = layers(model, Part.UNET, Preset.ALL);
    assertThat(all).containsAll(blocks).hasSize(blocks.size() + (model.equals("sdxl") ? 6 : 4));
  }

  @Test
  void convolutionsAreOnes() {
    ModelShapes shapes = Published.shapes("sdxl");
    assertThat(layers("sdxl", Part.UNET, Preset.CONVOLUTIONS))
        .allSatisfy(
            name -> assertThat(shapes.layers(Part.UNET).get(name).subList(2, 4)).containsOnly(3L));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sd15", "sd21", "sdxl"})
  void biasesAndNormsAreAllThatHaveOneDimension(String model) {
    ModelShapes shapes = Published.shapes(model);
    for (Part part : List.of(Part.UNET, Part.TEXT_ENCODER)) {
      List<String> vectors =
          shapes.parts().get(part).entrySet().stream()
              .filter(tensor -> tensor.getValue().size() == 1)
              .map(Map.Entry::getKey)
              .toList();
      assertThat(select(shapes.parts().get(part).keySet(), part, Preset.BIASES, Preset.NORMS))
          .containsExactlyInAnyOrderElementsOf(vectors);
    }
  }

  @ParameterizedTest
  @EnumSource(Preset.class)
  void nothingOfTheEncoderOfPicturesMoves(Preset preset) {
    if (!preset.patterns(Part.VAE).isEmpty()) {
      Set<String> names = Published.shapes("sd15").parts().get(Part.VAE).keySet();
      assertThat(select(names, Part.VAE, preset))
          .isNotEmpty()
          .allMatch(name -> name.startsWith("decoder.") || name.startsWith("post_quant_conv."));
    }
  }

  @Test
  void isRefusedForAPartWithoutSuchNames() {
    assertThatThrownBy(() -> rule(Part.TEXT_ENCODER, Preset.CROSS_ATTENTION))
        .isInstanceOf(SdtuneException.class)
        .hasMessage(
            "rule 1: <preset>: found cross-attention, which text_encoder does not have; expected"
                + " one of attention, feed-forward, transformer-blocks, all, biases, norms");
  }

  @Test
  void isRefusedWhereItMatchesNothing() {
    assertThatThrownBy(() -> layers("sd15", Part.UNET, Preset.B_LORA_STYLE))
        .isInstanceOf(SdtuneException.class)
        .hasMessageStartingWith(
            "rule 1: the preset 'b-lora-style' matches nothing in unet, whose names are such as");
  }
}
