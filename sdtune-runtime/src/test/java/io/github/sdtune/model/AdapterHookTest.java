package io.github.sdtune.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.tensor.Golden;
import io.github.sdtune.tensor.Gradients;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Scope;
import io.github.sdtune.tensor.TestDevice;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Layers can be found by name and take an addend, through which gradients flow. */
class AdapterHookTest {
  private final Golden golden = new Golden("sd15");
  private final NDManager manager = TestDevice.open();
  private final UNet2DConditionModel unet =
      UNet2DConditionModel.load(Golden.FIXTURES.resolve("sd15/pipeline/unet"), manager);
  private final NDArray latents = golden.get("input.latents");
  private final NDArray timesteps = golden.get("input.timesteps");
  private final NDArray context = golden.get("text.last_hidden_state").get(":2");

  @AfterEach
  void close() {
    unet.close();
    manager.close();
    golden.close();
  }

  @Test
  void layersHaveTheNamesOfDiffusers() {
    String block = "down_blocks.0.attentions.0.transformer_blocks.0.";
    assertThat(unet.layers())
        .containsKeys(
            block + "attn1.to_out.0", block + "ff.net.0.proj", block + "ff.net.2", "conv_in");
    TargetLayer conv = unet.layers().get("down_blocks.0.downsamplers.0.conv");
    assertThat(conv.isConvolution()).isTrue();
    assertThat(conv.stride()).isEqualTo(2);
    assertThat(conv.padding()).isEqualTo(1);
    assertThat(conv.weightShape()).isEqualTo(new Shape(16, 16, 3, 3));
  }

  @Test
  void aDeltaOfEveryLayerIsAddedAndReceivesAGradient() {
    Gradients.with(
        () -> {
          Map<String, TargetLayer> layers = unet.layers();
          List<NDArray> copies = new ArrayList<>();
          for (TargetLayer layer : layers.values()) {
            NDArray copy = layer.weight().duplicate();
            copy.setRequiresGradient(true);
            copies.add(copy);
            int stride = layer.stride();
            int padding = layer.padding();
            // minus the layer's own product: only the biases are left
            layer.setDelta(
                layer.isConvolution()
                    ? x -> Ops.conv2d(x, copy, null, stride, padding).neg()
                    : x -> Ops.linear(x, copy, null).neg());
          }
          NDArray out = unet.forward(latents, timesteps, context);
          NDArray bias = unet.parameters().get("conv_out.bias").reshape(1, 4, 1, 1);
          assertThat(out.sub(bias).abs().max().getFloat()).isLessThan(1e-5f);
          Gradients.backward(out.sum());
          assertThat(Gradients.of(copies)).hasSameSizeAs(layers.keySet());
          layers.values().forEach(layer -> layer.setDelta(null));
          golden.assertAgrees("unet.out", unet.forward(latents, timesteps, context), 2e-5);
          return null;
        });
  }

  @Test
  void repeatedStepsLeaveNoTensorsBehind() {
    Gradients.with(
        () -> {
          NDArray factor = manager.ones(new Shape(1, 16, 1, 1));
          factor.setRequiresGradient(true);
          unet.layers().get("conv_in").setDelta(x -> x.get(":, :1").mul(factor));
          step(factor);
          int before = open();
          step(factor);
          step(factor);
          assertThat(open()).isEqualTo(before);
          return null;
        });
  }

  private void step(NDArray factor) {
    try (Scope scope = new Scope()) {
      NDArray out = unet.forward(latents, timesteps, context);
      NDArray loss = Ops.mse(out, latents);
      assertThat(scope).isNotNull();
      Gradients.backward(loss);
      Gradients.zero(List.of(factor));
    }
  }

  private int open() {
    return ((BaseNDManager) manager).getManagedArrays().size()
        + ((BaseNDManager) golden.manager()).getManagedArrays().size()
        + ((BaseNDManager) unet.manager()).getManagedArrays().size();
  }
}
