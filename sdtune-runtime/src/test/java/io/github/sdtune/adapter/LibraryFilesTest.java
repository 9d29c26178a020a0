package io.github.sdtune.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.model.UNet2DConditionModel;
import io.github.sdtune.safetensors.SafetensorsFile;
import io.github.sdtune.safetensors.SafetensorsWriter;
import io.github.sdtune.safetensors.TensorSource;
import io.github.sdtune.tensor.Golden;
import io.github.sdtune.tensor.Safetensors;
import io.github.sdtune.tensor.TestDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files that diffusers (DoRA) and LyCORIS wrote after a training mean here what they mean there.
 */
class LibraryFilesTest {
  private static final Path UNET = Golden.FIXTURES.resolve("sd15/pipeline/unet");
  private static final String WEIGHTS = "diffusion_pytorch_model.safetensors";
  private static final double TOLERANCE = 2e-5;

  @TempDir Path folder;
  private final NDManager manager = TestDevice.open();

  @AfterEach
  void close() {
    manager.close();
  }

  private static AdapterWeights read(String name) {
    return AdapterReader.read(Golden.FIXTURES.resolve(name).resolve("adapter.safetensors"));
  }

  private NDArray forward(UNet2DConditionModel unet) {
    try (Safetensors inputs =
        Safetensors.open(Golden.FIXTURES.resolve("sd15-lora/golden.safetensors"))) {
      return unet.forward(
          inputs.read("latents", manager).get(":2"),
          manager.create(new long[] {500, 20}),
          inputs.read("context", manager));
    }
  }

  private double distance(String name, NDArray found) {
    try (Safetensors golden =
        Safetensors.open(Golden.FIXTURES.resolve(name).resolve("golden.safetensors"))) {
      return found.sub(golden.read("out", manager)).abs().max().getFloat();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "sd15-dora, DORA",
    "sd15-loha, LOHA",
    "sd15-lokr, LOKR",
    "sd15-lokr-decomposed, LOKR",
    "sd15-lokr-full, LOKR"
  })
  void theyChangeTheNetworkAlikeAttachedAndMerged(String name, AdapterKind kind)
      throws IOException {
    AdapterWeights weights = read(name);
    assertThat(weights.all()).isNotEmpty().allMatch(module -> module.kind() == kind);
    List<ScaledAdapter> adapters = List.of(new ScaledAdapter(weights, 1));
    try (UNet2DConditionModel unet = UNet2DConditionModel.load(UNET, manager)) {
      assertThat(distance(name, forward(unet))).isGreaterThan(100 * TOLERANCE);
      try (AttachedAdapters attached =
          AttachedAdapters.attach(Map.of(Part.UNET, unet.layers()), adapters)) {
        assertThat(attached).isNotNull();
        assertThat(distance(name, forward(unet))).isLessThan(TOLERANCE);
      }
    }
    Files.copy(UNET.resolve("config.json"), folder.resolve("config.json"));
    try (TensorSource merged =
        new MergedWeights(SafetensorsFile.open(UNET.resolve(WEIGHTS)), Part.UNET, adapters)) {
      SafetensorsWriter.write(
          folder.resolve(WEIGHTS),
          merged.names().stream()
              .map(
                  n ->
                      new SafetensorsWriter.Tensor(
                          n, merged.type(n), merged.shape(n), () -> merged.data(n)))
              .toList(),
          merged.metadata());
    }
    try (UNet2DConditionModel unet = UNet2DConditionModel.load(folder, manager)) {
      assertThat(distance(name, forward(unet))).isLessThan(TOLERANCE);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"sd15-dora", "sd15-loha", "sd15-lokr", "sd15-lokr-decomposed", "sd15-lokr-full"})
  void theyAreWrittenAgainInKohyasStyleAndReadAsTheSame(String name) {
    AdapterWeights before = read(name);
    Path file = folder.resolve("kohya.safetensors");
    AdapterWriter.write(file, before, AdapterOutput.of(Style.KOHYA));
    AdapterWeights after = AdapterReader.read(file);
    assertThat(TestAdapters.content(after)).isEqualTo(TestAdapters.content(before));
    assertThat(after.metadata()).containsEntry("ss_network_module", "lycoris.kohya");
  }
}
