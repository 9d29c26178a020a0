package io.github.sdtune.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.adapter.AdapterKind;
import io.github.sdtune.adapter.AdapterSettings;
import io.github.sdtune.adapter.DropoutSettings;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.diffusion.NoiseSchedule;
import io.github.sdtune.method.FolderNetworks;
import io.github.sdtune.method.FullSettings;
import io.github.sdtune.method.Method;
import io.github.sdtune.method.MethodSettings;
import io.github.sdtune.model.CastModel;
import io.github.sdtune.model.Precision;
import io.github.sdtune.model.SizeConditioning;
import io.github.sdtune.model.StableDiffusion;
import io.github.sdtune.model.TextStates;
import io.github.sdtune.safetensors.TensorType;
import io.github.sdtune.selection.Rule;
import io.github.sdtune.tensor.Compute;
import io.github.sdtune.tensor.Golden;
import io.github.sdtune.tensor.Gradients;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Purpose;
import io.github.sdtune.tensor.Scope;
import io.github.sdtune.tensor.Segment;
import io.github.sdtune.tensor.Segment.Keeping;
import io.github.sdtune.tensor.Tensors;
import io.github.sdtune.tensor.TestDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Gradients are the same to the last bit, however little autograd keeps of the networks. */
class GradientCheckpointingTest {
  private static final List<String> ITEMS = List.of("a", "b");
  private static final KeyedRandom RANDOM = new KeyedRandom(3);

  @TempDir Path folder;
  private final NDManager manager = TestDevice.open();

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sd15", "sd21", "sdxl"})
  void ofAllParameters(String fixture) {
    assertSame(() -> networks(fixture), MethodSettings.of(new FullSettings(rules(fixture, "*"))));
  }

  @Test
  void ofAllParametersWithDropout() {
    DropoutSettings dropout = new DropoutSettings(0.3, 0, 0);
    assertSame(
        () -> networks("sd15"), MethodSettings.of(new FullSettings(rules("sd15", "*"), dropout)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sd15", "sdxl"})
  void ofAdaptersOfAllLayersWithDropout(String fixture) {
    DropoutSettings dropout = new DropoutSettings(0.1, 0.2, 0.1);
    assertSame(() -> networks(fixture), adapter(AdapterKind.LORA, dropout, rules(fixture, "*")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"DORA", "LOKR"})
  void ofOtherAdapters(AdapterKind kind) {
    DropoutSettings none = DropoutSettings.NONE;
    assertSame(() -> networks("sd15"), adapter(kind, none, rules("sd15", "*")));
  }

  /** Layers around frozen ones, of which autograd keeps less. */
  @ParameterizedTest
  @CsvSource({
    "sd15, LORA, *attn*",
    "sd21, LORA, *attn*",
    "sdxl, LORA, *attn*",
    "sd15, DORA, *attn*",
    "sd21, DORA, *attn*",
    "sd15, LORA, *conv1",
    "sd15, LORA, *conv2",
    "sd15, LORA, *.ff.*",
  })
  void besideFrozenLayers(String fixture, AdapterKind kind, String layers) {
    DropoutSettings none = DropoutSettings.NONE;
    assertSame(() -> networks(fixture), adapter(kind, none, List.of(rule(Part.UNET, layers))));
  }

  @ParameterizedTest
  @CsvSource({"sd15, BFLOAT16", "sd15, FLOAT16", "sdxl, BFLOAT16"})
  void inHalfPrecision(String fixture, Compute compute) {
    compute.during(
        () -> {
          besideFrozenLayers(fixture, AdapterKind.LORA, "*attn*");
          return null;
        });
  }

  @ParameterizedTest
  @CsvSource({
    "sd15, *attn*",
    "sd15, *norm*",
    "sdxl, *norm*",
    "sd15, *.bias",
    "sd15, *time_emb*",
    "sd15, time_embedding*",
    "sd15, *conv_shortcut*",
    "sd15, *resnets*",
    "sd15, *proj_in*"
  })
  void ofSomeParameters(String fixture, String parameters) {
    List<Rule> rules = List.of(rule(Part.UNET, parameters));
    assertSame(() -> networks(fixture), MethodSettings.of(new FullSettings(rules)));
  }

  /** Blocks before the first that moves have no gradients at all. */
  @ParameterizedTest
  @ValueSource(strings = {"up_blocks.*to_q", "*time_emb_proj", "conv_in", "conv_out"})
  void ofSomeLayersOfTheUnet(String layers) {
    List<Rule> rules = List.of(rule(Part.UNET, layers));
    assertSame(() -> networks("sd15"), adapter(AdapterKind.LORA, DropoutSettings.NONE, rules));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sd15", "sdxl"})
  void ofTheDecoder(String fixture) {
    List<Rule> rules = List.of(rule(Part.VAE, "decoder.*"));
    assertSame(() -> networks(fixture), MethodSettings.of(new FullSettings(rules)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sd15", "sdxl"})
  void besideHalves(String fixture) throws IOException {
    CastModel.to(TensorType.F16, fixture, folder);
    DropoutSettings dropout = new DropoutSettings(0.1, 0, 0);
    MethodSettings settings = adapter(AdapterKind.LORA, dropout, rules(fixture, "*"));
    assertSame(
        () -> new FolderNetworks(StableDiffusion.load(folder, manager, Precision.STORED)),
        settings);
  }

  @Test
  void theLargestMapIsThatOfTheTopLevel() {
    FolderNetworks networks = networks("sd15");
    MethodSettings settings =
        adapter(AdapterKind.LORA, DropoutSettings.NONE, List.of(rule(Part.UNET, "*attn*")));
    Objective objective = objective(networks, settings, settings.start(networks, RANDOM, manager));
    int channels = networks.unet().config().blockOutChannels().get(0);
    assertThat(objective.largestMap(batch(0))).isEqualTo(4L * 2 * channels * 8 * 8);
  }

  private FolderNetworks networks(String fixture) {
    return FolderNetworks.load(Golden.FIXTURES.resolve(fixture).resolve("pipeline"), manager);
  }

  private static MethodSettings adapter(
      AdapterKind kind, DropoutSettings dropout, List<Rule> rules) {
    AdapterSettings plain = AdapterSettings.of(kind, 4, 4, rules);
    return MethodSettings.of(
        new AdapterSettings(
            kind, 4, 4, false, dropout, Optional.empty(), plain.lokr(), plain.rules()));
  }

  private static List<Rule> rules(String fixture, String include) {
    List<Rule> rules = new ArrayList<>();
    rules.add(rule(Part.UNET, include));
    rules.add(rule(Part.TEXT_ENCODER, include));
    if (fixture.equals("sdxl")) {
      rules.add(rule(Part.TEXT_ENCODER_2, include));
    }
    return rules;
  }

  private static Rule rule(Part part, String include) {
    return Rule.of("rule", part, List.of(include));
  }

  private void assertSame(Supplier<FolderNetworks> networks, MethodSettings settings) {
    Map<String, byte[]> plain = gradients(networks.get(), settings, Keeping.EVERYTHING);
    assertThat(plain.values()).anyMatch(GradientCheckpointingTest::isSomething);
    for (Keeping keeping : List.of(Keeping.LESS, Keeping.INPUTS)) {
      Map<String, byte[]> kept = gradients(networks.get(), settings, keeping);
      List<String> differing =
          Stream.concat(plain.keySet().stream(), kept.keySet().stream())
              .distinct()
              .filter(name -> !Arrays.equals(plain.get(name), kept.get(name)))
              .toList();
      assertThat(differing).as("%s: of %d gradients", keeping, plain.size()).isEmpty();
    }
  }

  private static boolean isSomething(byte[] bytes) {
    for (byte b : bytes) {
      if (b != 0) {
        return true;
      }
    }
    return false;
  }

  private void stir(Map<String, NDArray> parameters) {
    parameters.forEach(
        (name, parameter) -> {
          NDArray values = normal("of " + name, parameter.getShape());
          Ops.foreachCopy(List.of(parameter), List.of(Ops.scale(values, 0.1)));
        });
  }

  private NDArray normal(String name, Shape shape) {
    float[] values = RANDOM.normal(Purpose.NOISE, name, 0, (int) shape.size());
    return Tensors.owned(manager, values, shape);
  }

  private Objective objective(FolderNetworks networks, MethodSettings settings, Method method) {
    if (settings.moves(Part.VAE)) {
      NDArray pictures = normal("pictures", new Shape(2, 3, 32, 32));
      return new ReconstructionObjective(networks.vae(), ids -> pictures);
    }
    TextStates cached =
        Gradients.without(() -> networks.textEncoders().encode(List.of("a fox", "a small cat")));
    return new DenoisingObjective(
        networks.unet(),
        NoiseSchedule.read(networks.folder().resolve("scheduler/scheduler_config.json")),
        captions -> method.movesText() ? networks.textEncoders().encode(captions) : cached,
        LossSettings.PLAIN);
  }

  /** Of two batches one after the other; those that no loss reached are missing. */
  private Map<String, byte[]> gradients(
      FolderNetworks networks, MethodSettings settings, Keeping keeping) {
    Gradients.enabled(true);
    Method method = settings.start(networks, RANDOM, manager);
    SortedMap<String, NDArray> parameters = new TreeMap<>();
    method.groups().forEach(group -> parameters.putAll(group.parameters()));
    parameters.values().forEach(parameter -> parameter.setRequiresGradient(true));
    if (settings.full().isEmpty()) {
      stir(parameters); // a gradient to a factor whose other is zero shows nothing
    }
    Objective objective = objective(networks, settings, method);
    for (int occurrence : List.of(0, 1)) {
      Batch batch = batch(occurrence);
      int live = manager.getManagedArrays().size();
      method.train(batch.items(), batch.occurrences());
      Scope.closing(
          () -> {
            Gradients.backward(Segment.keeping(keeping, () -> objective.loss(batch)));
            return null;
          });
      method.evaluate();
      assertThat(manager.getManagedArrays()).hasSize(live);
    }
    Map<String, byte[]> gradients = new TreeMap<>();
    parameters.forEach(
        (name, parameter) ->
            Gradients.find(parameter)
                .ifPresent(gradient -> gradients.put(name, gradient.toByteArray())));
    return gradients;
  }

  private Batch batch(int occurrence) {
    Shape shape = new Shape(2, 4, 8, 8);
    return new Batch(
        normal("latents", shape),
        normal("noise " + occurrence, shape),
        Optional.empty(),
        new int[] {17, 801},
        List.of("a fox", "a small cat"),
        Collections.nCopies(2, SizeConditioning.of(64, 64)),
        ITEMS,
        Collections.nCopies(2, occurrence),
        Optional.empty(),
        Optional.empty());
  }
}
