package io.github.sdtune.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.model.UNet2DConditionModel;
import io.github.sdtune.tensor.Devices;
import io.github.sdtune.tensor.Gradients;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Purpose;
import io.github.sdtune.tensor.Tensors;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdapterTest {
  private static final Path UNET = Path.of("src/test/resources/fixtures/sd15/pipeline/unet");
  private static final String DOWNSAMPLER = "down_blocks.0.downsamplers.0.conv";

  private final NDManager manager = Devices.open("cpu");
  private final UNet2DConditionModel unet = UNet2DConditionModel.load(UNET, manager);
  private final NDArray latents = normal("latents", new Shape(2, 4, 8, 8));
  private final NDArray timesteps = manager.create(new long[] {3, 700});
  private final NDArray context = normal("context", new Shape(2, 77, contextWidth()));

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray normal(String name, Shape shape) {
    float[] values =
        new KeyedRandom(0).normal(Purpose.NOISE, name, 0, Math.toIntExact(shape.size()));
    return Tensors.owned(manager, values, shape);
  }

  private long contextWidth() {
    return unet.layers().entrySet().stream()
        .filter(layer -> layer.getKey().endsWith("attn2.to_k"))
        .findFirst()
        .orElseThrow()
        .getValue()
        .weightShape()
        .get(1);
  }

  private Adapter attach(double alpha, String... targets) {
    AdapterSettings settings = AdapterSettings.lora(2, alpha, 0, List.of(targets));
    return Attach.attach(unet.layers(), settings, new KeyedRandom(0), manager);
  }

  private NDArray forward() {
    return Gradients.without(() -> unet.forward(latents, timesteps, context));
  }

  private static double difference(NDArray a, NDArray b) {
    return a.sub(b).abs().max().getFloat();
  }

  @Test
  void aConvolutionIsLoweredWithItsOwnKernelAndRaisedWithOneByOne() {
    SortedMap<String, NDArray> parameters = attach(2, DOWNSAMPLER).parameters();
    assertThat(parameters.get(DOWNSAMPLER + ".lora_A.weight").getShape())
        .isEqualTo(new Shape(2, 16, 3, 3));
    assertThat(parameters.get(DOWNSAMPLER + ".lora_B.weight").getShape())
        .isEqualTo(new Shape(16, 2, 1, 1));
  }

  @Test
  void aFreshAdapterChangesNothing() {
    NDArray base = forward();
    attach(2, "*");
    assertThat(difference(forward(), base)).isLessThan(1e-5);
  }

  /** Merging is exact linear algebra: W + alpha / r * B A, also for convolutions. */
  @Test
  void anAdapterDoesWhatMergedWeightsDo() {
    SortedMap<String, NDArray> parameters = attach(6, DOWNSAMPLER, "conv_in", "to_q").parameters();
    parameters.forEach(
        (name, p) -> Gradients.without(() -> p.addi(normal(name, p.getShape()).mul(0.1))));
    NDArray adapted = forward();
    unet.layers()
        .forEach(
            (name, layer) -> {
              NDArray down = parameters.get(name + ".lora_A.weight");
              if (down != null) {
                NDArray up = parameters.get(name + ".lora_B.weight");
                NDArray product = up.reshape(up.getShape().get(0), 2).matMul(down.reshape(2, -1));
                NDArray delta = product.mul(3).reshape(layer.weightShape());
                Ops.foreachCopy(List.of(layer.weight()), List.of(layer.weight().add(delta)));
                layer.setDelta(null);
              }
            });
    assertThat(difference(forward(), adapted)).isLessThan(1e-4);
  }

  @Test
  void aTrainedAdapterIsAttachedToComputeTheSame() {
    Adapter trained = attach(2, "to_q", "conv_in");
    trained.parameters().forEach((name, p) -> Gradients.without(() -> p.addi(0.05)));
    NDArray expected = forward();
    SortedMap<String, NDArray> copies = new TreeMap<>();
    trained.parameters().forEach((name, p) -> copies.put(name, p.duplicate()));
    unet.layers().values().forEach(layer -> layer.setDelta(null));
    Adapter.attach(unet.layers(), copies);
    assertThat(difference(forward(), expected)).isZero();
  }

  @Test
  void anAdapterOfAnotherModelIsRefused() {
    Map<String, NDArray> foreign = Map.of("elsewhere.to_q.lora_A.weight", manager.create(1f));
    assertThatThrownBy(() -> Adapter.attach(unet.layers(), foreign))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining("elsewhere.to_q");
  }
}
