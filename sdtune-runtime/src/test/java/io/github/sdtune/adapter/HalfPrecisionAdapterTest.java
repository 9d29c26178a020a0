package io.github.sdtune.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.sdtune.model.CastModel;
import io.github.sdtune.model.Precision;
import io.github.sdtune.model.UNet2DConditionModel;
import io.github.sdtune.safetensors.TensorType;
import io.github.sdtune.tensor.Golden;
import io.github.sdtune.tensor.Gradients;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Scope;
import io.github.sdtune.tensor.TestDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An adapter in float32 on weights that stay in half precision. */
class HalfPrecisionAdapterTest {
  @TempDir Path folder;
  private final NDManager manager = TestDevice.open();

  @AfterEach
  void close() {
    manager.close();
  }

  /** sd15 has 1x1 convolutions as projections, sd21 linear layers. */
  @ParameterizedTest
  @CsvSource({
    "LORA, sd15, BF16",
    "LORA, sd15, F16",
    "LORA, sd21, BF16",
    "DORA, sd15, BF16",
    "LOHA, sd15, F16",
    "LOKR, sd21, BF16"
  })
  void itsGradientsAreThoseOnTheWidenedWeights(AdapterKind kind, String fixture, TensorType type)
      throws IOException {
    CastModel.to(type, fixture, folder);
    try (Golden golden = new Golden(fixture)) {
      SortedMap<String, NDArray> found = gradients(kind, golden, Precision.STORED);
      SortedMap<String, NDArray> expected = gradients(kind, golden, Precision.FLOAT32);
      assertThat(found.keySet()).isEqualTo(expected.keySet()).hasSizeGreaterThan(100);
      expected.forEach(
          (name, gradient) -> {
            float size = gradient.abs().max().getFloat();
            assertThat(size).as(name).isPositive();
            assertThat(found.get(name).sub(gradient).abs().max().getFloat())
                .as(name)
                .isLessThan(1e-4f * size);
          });
    }
  }

  private SortedMap<String, NDArray> gradients(
      AdapterKind kind, Golden golden, Precision precision) {
    List<String> targets =
        List.of("to_q", "to_k", "to_v", "to_out.0", "proj_in", "conv1", "ff.net.2");
    AdapterSettings settings =
        AdapterSettings.of(kind, 2, 1, List.of(AdapterSettings.targets(targets)));
    SortedMap<String, NDArray> gradients = new TreeMap<>();
    try (UNet2DConditionModel unet =
        UNet2DConditionModel.load(folder.resolve("unet"), manager, precision)) {
      Adapter adapter = Attach.attach(unet.layers(), settings, new KeyedRandom(1), manager);
      adapter.parameters().forEach((name, p) -> Gradients.without(() -> p.addi(0.05)));
      NDArray context = golden.get("text.last_hidden_state").get(":2");
      Gradients.with(
          () ->
              Scope.closing(
                  () -> {
                    NDArray out =
                        unet.forward(
                            golden.get("input.latents"), golden.get("input.timesteps"), context);
                    Gradients.backward(Ops.mse(out, golden.get("input.noise")));
                    return null;
                  }));
      adapter.parameters().forEach((name, p) -> gradients.put(name, Gradients.of(p)));
    }
    return gradients;
  }
}
