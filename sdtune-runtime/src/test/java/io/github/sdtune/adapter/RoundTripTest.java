package io.github.sdtune.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.checkpoint.Family;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.safetensors.TensorType;
import io.github.sdtune.tensor.Golden;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** From style to style and back every tensor keeps its bits and every module its alpha. */
class RoundTripTest {
  private static final Map<String, List<TensorType>> TYPES =
      Map.of(
          "SDXL", List.of(TensorType.F16),
          "MIXED", List.of(TensorType.F32, TensorType.BF16));

  @TempDir Path folder;

  static Stream<Arguments> cases() {
    List<Arguments> cases = new ArrayList<>();
    for (String source : List.of("kohya", "diffusers", "peft-keys", "peft-unet", "SDXL", "MIXED")) {
      for (Style first : Style.values()) {
        for (Style second : Style.values()) {
          for (TensorType type : TYPES.getOrDefault(source, List.of(TensorType.F32))) {
            cases.add(Arguments.of(source, first, second, type));
          }
        }
      }
    }
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void tensorsAndAlphasSurvive(String source, Style first, Style second, TensorType type) {
    AdapterWeights before =
        switch (source) {
          case "SDXL" -> TestAdapters.sdxl(type, false);
          case "MIXED" -> TestAdapters.sdxl(type, true);
          default -> AdapterReader.read(Golden.FIXTURES.resolve("lora-files").resolve(source));
        };
    Path one = folder.resolve("one" + ending(first));
    Path two = folder.resolve("two" + ending(second));

    AdapterWriter.write(one, before, AdapterOutput.of(first));
    AdapterConverter.convert(one, two, AdapterOutput.of(second));

    assertThat(AdapterReader.style(one)).isEqualTo(first);
    assertThat(AdapterReader.style(two)).isEqualTo(second);
    assertThat(TestAdapters.content(AdapterReader.read(two)))
        .isEqualTo(TestAdapters.content(before));
  }

  private static String ending(Style style) {
    return style == Style.PEFT ? "" : ".safetensors";
  }

  @Test
  void theFixturesHoldOneAdapterInEveryStyle() {
    AdapterWeights kohya = AdapterReader.read(Golden.FIXTURES.resolve("lora-files/kohya"));
    assertThat(kohya.modules(Part.UNET)).hasSize(56);
    assertThat(kohya.modules(Part.TEXT_ENCODER)).hasSize(12);
    assertThat(kohya.all()).allMatch(m -> m.alpha() == 2 && m.rank() == 4);
    AdapterWeights peft = AdapterReader.read(Golden.FIXTURES.resolve("lora-files/peft-unet"));
    SortedMap<Part, SortedMap<String, AdapterModule>> unet = new TreeMap<>();
    unet.put(Part.UNET, kohya.modules(Part.UNET));
    assertThat(TestAdapters.content(peft))
        .isEqualTo(TestAdapters.content(new AdapterWeights("", unet, kohya.metadata())));
  }

  @Test
  void aNumberThatWouldBecomeInfiniteIsRefusedByName() {
    AdapterTensor large = AdapterTensor.of(new float[] {1e6f}, TensorType.F32, List.of(1L, 1L));
    SortedMap<Part, SortedMap<String, AdapterModule>> parts =
        new TreeMap<>(
            Map.of(Part.UNET, new TreeMap<>(Map.of("conv_in", new LoraModule(large, large, 1)))));
    AdapterWeights weights = new AdapterWeights("mine", parts, Map.of());
    AdapterOutput half = AdapterOutput.of(Style.DIFFUSERS).withType(TensorType.F16);

    assertThatThrownBy(() -> AdapterWriter.write(folder.resolve("a.safetensors"), weights, half))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining("mine: unet.conv_in, down: holds 1000000.0");
    assertThat(folder).isEmptyDirectory();
  }

  /** Weights are rounded once; alphas are kept. */
  @Test
  void theTypeCanBeChangedOnTheWay() {
    AdapterWeights before = TestAdapters.sdxl(TensorType.F32, true);
    Path file = folder.resolve("half.safetensors");
    AdapterWriter.write(file, before, AdapterOutput.of(Style.KOHYA).withType(TensorType.F16));
    AdapterWeights after = AdapterReader.read(file);
    after
        .parts()
        .forEach(
            (part, modules) ->
                modules.forEach(
                    (name, module) -> {
                      AdapterModule wide = before.modules(part).get(name);
                      assertThat(module.alpha()).isEqualTo(wide.alpha());
                      wide.tensors()
                          .forEach(
                              (factor, tensor) -> {
                                AdapterTensor narrow = module.tensors().get(factor);
                                assertThat(narrow.type()).isEqualTo(TensorType.F16);
                                assertThat(narrow.floats())
                                    .usingComparatorWithPrecision(1e-3f)
                                    .containsExactly(tensor.floats());
                              });
                    }));
    assertThat(after.names()).containsExactlyElementsOf(before.names().toList());
  }

  /** The tiny fixture has one layer in a block; a family can be given. */
  @Test
  void aUNetOfAnotherLayoutIsNamedByIt() {
    ModuleNames one = ModuleNames.withLayersPerBlock(1);
    AdapterOutput output =
        new AdapterOutput(
            Style.KOHYA, Optional.empty(), Optional.of(Family.SDXL), false, one, Map.of());
    AdapterWeights before = AdapterReader.read(Golden.FIXTURES.resolve("lora-files/kohya"));
    Path file = folder.resolve("sgm.safetensors");
    AdapterWriter.write(file, before, output);
    assertThat(TestAdapters.content(AdapterReader.read(file, one)))
        .isEqualTo(TestAdapters.content(before));
  }
}
