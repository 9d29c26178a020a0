package io.github.sdtune.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.model.TargetLayer;
import io.github.sdtune.model.UNet2DConditionModel;
import io.github.sdtune.selection.Rule;
import io.github.sdtune.tensor.Gradients;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Purpose;
import io.github.sdtune.tensor.Tensors;
import io.github.sdtune.tensor.TestDevice;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AdapterTest {
  private static final Path UNET = Path.of("src/test/resources/fixtures/sd15/pipeline/unet");
  private static final String DOWNSAMPLER = "down_blocks.0.downsamplers.0.conv";

  private final NDManager manager = TestDevice.open();
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

  private Adapter attach(AdapterKind kind, DropoutSettings dropout, String... targets) {
    List<Rule> rules = List.of(AdapterSettings.targets(List.of(targets)));
    AdapterSettings settings = AdapterSettings.of(kind, 2, 3, rules).withDropout(dropout);
    return Attach.attach(unet.layers(), settings, new KeyedRandom(0), manager);
  }

  private void move(Adapter adapter) {
    adapter
        .parameters()
        .forEach((name, p) -> Gradients.without(() -> p.addi(normal(name, p.getShape()).mul(0.1))));
  }

  @ParameterizedTest
  @EnumSource(AdapterKind.class)
  void aFreshAdapterChangesNothing(AdapterKind kind) {
    NDArray base = forward();
    attach(kind, DropoutSettings.NONE, "*");
    assertThat(difference(forward(), base)).isLessThan(1e-5);
  }

  /** Merging is done in Java, apart from how layers compute. */
  @ParameterizedTest
  @EnumSource(AdapterKind.class)
  void anAdapterOfEachKindDoesWhatItsFileMergedDoes(AdapterKind kind) {
    Adapter adapter = attach(kind, DropoutSettings.NONE, DOWNSAMPLER, "conv_in", "proj_in", "to_q");
    move(adapter);
    NDArray adapted = forward();
    AdapterWeights weights = Adapter.weights(Map.of(Part.UNET, adapter), "test", Map.of());
    weights
        .modules(Part.UNET)
        .forEach(
            (name, module) -> {
              TargetLayer layer = unet.layers().get(name);
              float[] frozen = layer.weight().toFloatArray();
              float[] merged = ScaledModule.merge(List.of(new ScaledModule(module, 1)), frozen);
              NDArray changed = Tensors.owned(manager, merged, layer.weightShape());
              Ops.foreachCopy(List.of(layer.weight()), List.of(changed));
              layer.setDelta(null);
            });
    assertThat(difference(forward(), adapted)).isLessThan(1e-4);
  }

  /** Without dropout an update goes another, cheaper way. */
  @ParameterizedTest
  @EnumSource(AdapterKind.class)
  void dropoutThatLeavesNothingOutChangesNothing(AdapterKind kind) {
    Adapter plain = attach(kind, DropoutSettings.NONE, DOWNSAMPLER, "proj_in", "to_q");
    move(plain);
    NDArray expected = forward();
    Adapter careful =
        attach(kind, new DropoutSettings(0, 0, 1e-12), DOWNSAMPLER, "proj_in", "to_q");
    move(careful);
    careful.train(List.of("a", "b"), List.of(0, 0));
    assertThat(difference(forward(), expected)).isLessThan(1e-5);
  }

  @ParameterizedTest
  @EnumSource(AdapterKind.class)
  void aPictureWhoseModulesAreLeftOutIsTheBases(AdapterKind kind) {
    NDArray base = forward();
    Adapter adapter = attach(kind, new DropoutSettings(0, 0, 0.999), "to_q", "conv1");
    move(adapter);
    assertThat(difference(forward(), base)).isGreaterThan(1e-3);
    adapter.train(List.of("a", "b"), List.of(0, 0));
    assertThat(difference(forward(), base)).isLessThan(1e-5);
    adapter.evaluate();
    assertThat(difference(forward(), base)).isGreaterThan(1e-3);
  }

  /** kohya's apply_max_norm_regularization and LyCORIS' apply_max_norm, for two factors to four. */
  @ParameterizedTest
  @EnumSource(AdapterKind.class)
  void normsAboveTheHighestAreScaledDownToItByAllFactorsAlike(AdapterKind kind) {
    Adapter adapter = attach(kind, DropoutSettings.NONE, DOWNSAMPLER, "to_q");
    move(adapter);
    double limit = norms(adapter).values().stream().sorted().skip(3).findFirst().orElseThrow();
    SortedMap<String, Double> before = norms(adapter);
    SortedMap<String, NDArray> factors = new TreeMap<>();
    adapter.parameters().forEach((name, p) -> factors.put(name, p.duplicate()));
    adapter.scaleNorms(limit);
    SortedMap<String, Double> after = norms(adapter);
    before.forEach(
        (layer, norm) -> {
          assertThat(after.get(layer)).isCloseTo(Math.min(norm, limit), withPercentage(0.01));
          List<String> own =
              factors.keySet().stream()
                  .filter(name -> Adapter.layerName(name).equals(layer))
                  .filter(name -> !name.endsWith(Factor.MAGNITUDE.key()))
                  .toList();
          double each = Math.pow(Math.min(1, limit / norm), 1.0 / own.size());
          own.forEach(
              name ->
                  assertThat(
                          difference(adapter.parameters().get(name), factors.get(name).mul(each)))
                      .as(name)
                      .isLessThan(1e-6));
        });
    assertThat(after.values()).anyMatch(norm -> norm < limit * 0.99);
  }

  /** Of the updates, DoRA's without its magnitudes. */
  private SortedMap<String, Double> norms(Adapter adapter) {
    SortedMap<String, Double> norms = new TreeMap<>();
    Adapter.weights(Map.of(Part.UNET, adapter), "test", Map.of())
        .modules(Part.UNET)
        .forEach(
            (name, module) -> {
              AdapterModule update = module instanceof DoraModule dora ? dora.lora() : module;
              float[] weight = new float[(int) unet.layers().get(name).weightShape().size()];
              update.addTo(weight, weight, 1);
              double squares = 0;
              for (float w : weight) {
                squares += (double) w * w;
              }
              norms.put(name, Math.sqrt(squares));
            });
    return norms;
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
}
