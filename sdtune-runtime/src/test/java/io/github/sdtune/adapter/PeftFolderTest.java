package io.github.sdtune.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.safetensors.TensorType;
import io.github.sdtune.tensor.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeftFolderTest {
  private static final AdapterOutput PEFT = AdapterOutput.of(Style.PEFT);

  @TempDir Path folder;

  private static AdapterWeights unetOnly() {
    return AdapterReader.read(Golden.FIXTURES.resolve("lora-files/peft-unet"));
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void severalPartsHaveAFolderEach() throws IOException {
    Path target = folder.resolve("adapter");
    List<Path> written = AdapterWriter.write(target, TestAdapters.sdxl(TensorType.F32, true), PEFT);
    assertThat(files())
        .containsExactly(
            "adapter/text_encoder/adapter_config.json",
            "adapter/text_encoder/adapter_model.safetensors",
            "adapter/text_encoder_2/adapter_config.json",
            "adapter/text_encoder_2/adapter_model.safetensors",
            "adapter/unet/adapter_config.json",
            "adapter/unet/adapter_model.safetensors");
    assertThat(written).hasSize(3).allMatch(Files::exists);
  }

  @Test
  void anOlderAdapterIsReplacedWhole() throws IOException {
    Path target = folder.resolve("adapter");
    AdapterWriter.write(target, TestAdapters.sdxl(TensorType.F32, true), PEFT);
    AdapterWriter.write(target, unetOnly(), PEFT);
    assertThat(files())
        .containsExactly("adapter/adapter_config.json", "adapter/adapter_model.safetensors");
    assertThat(TestAdapters.content(AdapterReader.read(target)))
        .isEqualTo(TestAdapters.content(unetOnly()));
  }

  @Test
  void aFolderOfSomethingElseIsLeftAlone() throws IOException {
    Files.writeString(folder.resolve("pom.xml"), "mine");
    assertThatThrownBy(() -> AdapterWriter.write(folder, unetOnly(), PEFT))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining("pom.xml, expected a peft folder, an empty one or none");
    assertThat(files()).containsExactly("pom.xml");
  }

  @Test
  void aFailureLeavesNothingBehind() throws IOException {
    AdapterWeights whole = unetOnly();
    AdapterWriter.write(folder.resolve("adapter"), whole, PEFT);
    List<String> before = files();
    AdapterTensor unreadable =
        new AdapterTensor(
            TensorType.F32,
            List.of(4L, 4L),
            () -> {
              throw new IllegalStateException("the disk is full");
            });
    LoraModule module = new LoraModule(unreadable, unreadable, 4);
    SortedMap<Part, SortedMap<String, AdapterModule>> parts =
        new TreeMap<>(Map.of(Part.UNET, new TreeMap<>(Map.of("conv_in", module))));
    AdapterWeights broken = new AdapterWeights("broken", parts, Map.of());
    assertThatThrownBy(() -> AdapterWriter.write(folder.resolve("adapter"), broken, PEFT))
        .hasMessage("the disk is full");
    assertThat(files()).isEqualTo(before);
  }
}
