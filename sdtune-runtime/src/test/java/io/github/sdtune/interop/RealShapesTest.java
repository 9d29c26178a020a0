package io.github.sdtune.interop;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.sdtune.adapter.AdapterSettings;
import io.github.sdtune.adapter.Attach;
import io.github.sdtune.model.UNet2DConditionModel;
import io.github.sdtune.tensor.Gradients;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Safetensors;
import io.github.sdtune.tensor.TestDevice;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The UNet of the published Stable Diffusion 1.5, 860 M parameters, at 512x512 pixels. */
@Interop
class RealShapesTest {
  private static final Path FOLDER = Path.of("target/interop-sd15").toAbsolutePath();
  private static final double TOLERANCE = 1e-4;

  @Test
  void outputAndGradientsOfALoraAgreeWithDiffusers() {
    Python.run("sd15_reference.py", FOLDER, 64);
    try (NDManager manager = TestDevice.open();
        UNet2DConditionModel unet = UNet2DConditionModel.load(FOLDER.resolve("unet"), manager)) {
      Map<String, NDArray> reference = read("reference.safetensors", manager);
      SortedMap<String, NDArray> lora = read("lora.safetensors", manager);
      assertThat(lora).hasSize(256);
      AdapterSettings settings = AdapterSettings.lora(4, 4, 0, AdapterSettings.ATTENTION);
      SortedMap<String, NDArray> weights =
          Attach.attach(unet.layers(), settings, new KeyedRandom(0), manager).parameters();
      assertThat(weights.keySet()).isEqualTo(lora.keySet());
      Ops.foreachCopy(List.copyOf(weights.values()), List.copyOf(lora.values()));

      NDArray output =
          Gradients.with(
              () -> {
                NDArray predicted =
                    unet.forward(
                        reference.get("sample"),
                        reference.get("timestep"),
                        reference.get("states"));
                Gradients.backward(Ops.mse(predicted, reference.get("target")));
                return predicted;
              });

      assertThat(difference(output, reference.get("output"))).isLessThan(TOLERANCE);
      double largest =
          weights.values().stream().mapToDouble(w -> largest(Gradients.of(w))).max().orElseThrow();
      Map<String, Double> worst = new TreeMap<>();
      weights.forEach(
          (name, weight) ->
              worst.put(
                  name, difference(Gradients.of(weight), reference.get("grad." + name)) / largest));
      assertThat(worst).allSatisfy((name, value) -> assertThat(value).isLessThan(TOLERANCE));
    }
  }

  private static double difference(NDArray a, NDArray b) {
    assertThat(a.getShape()).isEqualTo(b.getShape());
    return largest(Gradients.without(() -> a.sub(b)));
  }

  private static double largest(NDArray a) {
    return Gradients.<Float>without(() -> a.abs().max().getFloat());
  }

  private static SortedMap<String, NDArray> read(String file, NDManager manager) {
    SortedMap<String, NDArray> tensors = new TreeMap<>();
    try (Safetensors saved = Safetensors.open(FOLDER.resolve(file))) {
      saved.names().forEach(name -> tensors.put(name, saved.read(name, manager)));
    }
    return tensors;
  }
}
