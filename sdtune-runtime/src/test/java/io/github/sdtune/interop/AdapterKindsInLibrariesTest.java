package io.github.sdtune.interop;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.sdtune.adapter.Adapter;
import io.github.sdtune.adapter.AdapterKind;
import io.github.sdtune.adapter.AdapterOutput;
import io.github.sdtune.adapter.AdapterSettings;
import io.github.sdtune.adapter.AdapterWriter;
import io.github.sdtune.adapter.Attach;
import io.github.sdtune.adapter.DropoutSettings;
import io.github.sdtune.adapter.LokrSettings;
import io.github.sdtune.adapter.ModuleNames;
import io.github.sdtune.adapter.Style;
import io.github.sdtune.checkpoint.Family;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.model.UNet2DConditionModel;
import io.github.sdtune.tensor.Golden;
import io.github.sdtune.tensor.Gradients;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.Purpose;
import io.github.sdtune.tensor.Safetensors;
import io.github.sdtune.tensor.Tensors;
import io.github.sdtune.tensor.TestDevice;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a training writes of each kind means the same in the library that the kind comes from. */
@Interop
class AdapterKindsInLibrariesTest {
  private static final Path BASE = Golden.FIXTURES.resolve("sd15/pipeline").toAbsolutePath();
  private static final List<String> ATTENTION = AdapterSettings.ATTENTION;
  private static final List<String> WIDE =
      List.of("to_q", "ff.net.0.proj", "proj_in", "conv1", "*.downsamplers.0.conv");

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "DORA, true, -1, false, false",
    "DORA, false, -1, false, false",
    "LOHA, false, -1, false, false",
    "LOKR, false, -1, false, false",
    "LOKR, false, 4, true, false",
    "LOKR, false, 4, false, true"
  })
  void theLibraryAnswersWhatSdtuneAnswers(
      AdapterKind kind, boolean attention, int factor, boolean both, boolean full) {
    Path inputsFile = folder.resolve("inputs.safetensors");
    Path adapterFile = folder.resolve("adapter.safetensors");
    Path outFile = folder.resolve("out.safetensors");
    try (NDManager manager = TestDevice.open();
        Golden golden = new Golden("sd15");
        UNet2DConditionModel unet = UNet2DConditionModel.load(BASE.resolve("unet"), manager)) {
      NDArray latents = golden.get("input.latents");
      NDArray timesteps = golden.get("input.timesteps");
      NDArray context = golden.get("text.last_hidden_state").get(":2");
      Safetensors.write(
          inputsFile,
          new TreeMap<>(Map.of("latents", latents, "timesteps", timesteps, "context", context)),
          Map.of());
      AdapterSettings settings =
          new AdapterSettings(
              kind,
              1,
              0.5,
              false,
              DropoutSettings.NONE,
              Optional.empty(),
              kind == AdapterKind.LOKR
                  ? Optional.of(new LokrSettings(factor, both, full))
                  : Optional.empty(),
              List.of(AdapterSettings.targets(attention ? ATTENTION : WIDE)));
      Adapter adapter = trained(unet, settings, manager);
      AdapterOutput output =
          kind == AdapterKind.DORA
              ? AdapterOutput.of(Style.DIFFUSERS)
              : AdapterOutput.of(Style.KOHYA)
                  .withBase(Family.SD1, false, ModuleNames.withLayersPerBlock(1));
      AdapterWriter.write(
          adapterFile, Adapter.weights(Map.of(Part.UNET, adapter), "test", Map.of()), output);

      Python.run("adapter_kinds.py", BASE, inputsFile, adapterFile, outFile);

      NDArray ours = Gradients.without(() -> unet.forward(latents, timesteps, context));
      try (Safetensors out = Safetensors.open(outFile)) {
        NDArray theirs = out.read("adapted", manager);
        assertThat(largest(theirs.sub(out.read("base", manager)))).isGreaterThan(1e-2f);
        assertThat(largest(ours.sub(theirs))).isLessThan(5e-5f);
      }
    }
  }

  /** As after a training: nothing is zero any more. */
  private static Adapter trained(
      UNet2DConditionModel unet, AdapterSettings settings, NDManager manager) {
    KeyedRandom random = new KeyedRandom(11);
    Adapter adapter = Attach.attach(unet.layers(), settings, random, manager);
    adapter
        .parameters()
        .forEach(
            (name, parameter) -> {
              int size = Math.toIntExact(parameter.size());
              float[] values = random.normal(Purpose.ADAPTER_INIT, name, 1, size);
              NDArray change = Tensors.owned(manager, values, parameter.getShape());
              Gradients.without(() -> parameter.addi(change.mul(0.1f)));
            });
    return adapter;
  }

  private static float largest(NDArray difference) {
    return difference.abs().max().getFloat();
  }
}
