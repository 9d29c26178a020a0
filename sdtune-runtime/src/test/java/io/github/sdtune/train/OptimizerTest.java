package io.github.sdtune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.sdtune.io.Json;
import io.github.sdtune.tensor.Gradients;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Safetensors;
import io.github.sdtune.tensor.Scope;
import io.github.sdtune.tensor.TestDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Trajectories of torch's AdamW and SGD, bitsandbytes' 8-bit AdamW, transformers' Adafactor,
 * lion-pytorch and prodigyopt, by {@code optimizers.py}.
 */
class OptimizerTest {
  private static final Path GOLDEN = Path.of("src/test/resources/fixtures/optimizers");
  private static final JsonNode RUNS =
      Json.read(GOLDEN.resolve("golden.json"), JsonNode.class).get("runs");
  private static final int STEPS = 20;
  private static final int GRADIENTS = 5;

  @TempDir Path folder;
  private final NDManager manager = TestDevice.open();
  private final Safetensors golden = Safetensors.open(GOLDEN.resolve("golden.safetensors"));

  static Stream<String> runs() {
    Iterable<String> names = RUNS::fieldNames;
    return StreamSupport.stream(names.spliterator(), false);
  }

  @BeforeEach
  void record() {
    Gradients.enabled(true);
  }

  @AfterEach
  void close() {
    golden.close();
    manager.close();
  }

  @ParameterizedTest
  @MethodSource("runs")
  void goesTheWayOfItsReference(String run) {
    SortedMap<String, NDArray> parameters = parameters(run);
    Optimizer optimizer = settings(run).create(parameters, manager);
    for (int step = 0; step < STEPS; step++) {
      step(run, step, parameters, optimizer);
      if (step == 0 || step == 4 || step == STEPS - 1) {
        String prefix = run + "." + (step + 1) + ".";
        parameters.forEach((name, array) -> assertClose(array, prefix + name));
      }
    }
  }

  /**
   * Differences are relative to the largest weight. One in a thousand may be larger, where another
   * processor's rounding gave an 8-bit moment the next code; fewer than a thousand allow for none.
   */
  private void assertClose(NDArray array, String expected) {
    NDArray reference = golden.read(expected, manager);
    float largest = reference.abs().max().getFloat();
    NDArray difference = array.sub(reference).abs();
    assertThat(difference.max().getFloat()).as(expected).isLessThanOrEqualTo(1e-3f * largest);
    assertThat(difference.gt(1e-6f * largest).toType(DataType.INT64, true).sum().getLong())
        .as(expected)
        .isLessThanOrEqualTo(reference.size() / 1000);
  }

  @ParameterizedTest
  @MethodSource("runs")
  void goesOnFromItsStateWithTheSameBits(String run) throws IOException {
    SortedMap<String, NDArray> straight = parameters(run);
    SortedMap<String, NDArray> resumed = parameters(run);
    Optimizer first = settings(run).create(straight, manager);
    for (int step = 0; step < 8; step++) {
      step(run, step, straight, first);
    }
    Optimizer second = settings(run).create(resumed, manager);
    Path log = Files.createFile(folder.resolve("log.jsonl"));
    Checkpoint.State state = new Checkpoint.State("run", 8, false, SkippedSteps.NONE, null);
    Checkpoint.write(folder, state, log, all(straight, first));
    Checkpoint.open(folder).restore(all(resumed, second), manager);
    for (int step = 8; step < STEPS; step++) {
      step(run, step, straight, first);
      step(run, step, resumed, second);
    }
    straight.forEach(
        (name, array) ->
            assertThat(resumed.get(name).toFloatArray()).as(name).isEqualTo(array.toFloatArray()));
  }

  @Test
  void momentsIn8BitsAreThoseOfBitsandbytes() {
    String run = "adamw8bit";
    SortedMap<String, NDArray> parameters = parameters(run);
    Optimizer optimizer = settings(run).create(parameters, manager);
    for (int step = 0; step < STEPS; step++) {
      step(run, step, parameters, optimizer);
    }
    int size = (int) parameters.get("large").size();
    Map.of("exp_avg", "1", "exp_avg_sq", "2")
        .forEach(
            (moment, number) -> {
              NDArray codes = optimizer.state().get("large." + moment + ".codes");
              NDArray expected = golden.read(run + ".state" + number, manager);
              NDArray difference =
                  integers(codes.flatten().get(":" + size)).sub(integers(expected)).abs();
              assertThat(difference.max().getLong()).isLessThanOrEqualTo(1);
              assertThat(difference.sum().getLong()).isLessThanOrEqualTo(size / 1000);
              assertThat(optimizer.state().get("large." + moment + ".absmax").toFloatArray())
                  .containsExactly(
                      golden.read(run + ".absmax" + number, manager).toFloatArray(), within(1e-6f));
              assertThat(QuantizationMap.create(number.equals("1"), manager).toFloatArray())
                  .isEqualTo(golden.read(run + ".qmap" + number, manager).toFloatArray());
            });
  }

  private static NDArray integers(NDArray codes) {
    return codes.toType(DataType.INT64, true);
  }

  @Test
  void stateIn8BitsTakesLittleMoreThanAQuarter() {
    NDArray parameter = manager.zeros(new Shape(320, 320));
    SortedMap<String, NDArray> parameters = new TreeMap<>(Map.of("p", parameter));
    long full = bytes(AdamW.Settings.DEFAULTS.create(parameters, manager));
    long small = bytes(new AdamW8bit.Settings(0.9, 0.999, 1e-8, 0.01).create(parameters, manager));
    assertThat(full).isEqualTo(2 * 4 * 320 * 320 + 4);
    // a byte a number, a float32 a block of 256, the number of steps
    assertThat(small).isEqualTo(2 * (320 * 320 + 4 * 400) + 8);
  }

  private static long bytes(Optimizer optimizer) {
    return optimizer.state().values().stream()
        .mapToLong(array -> array.size() * array.getDataType().getNumOfBytes())
        .sum();
  }

  /** As an adapter's down weights are in its first step, whose up weights are zero. */
  @ParameterizedTest
  @MethodSource("runs")
  void gradientsOfZeroLeaveFiniteWeights(String run) {
    SortedMap<String, NDArray> parameters = parameters(run);
    Optimizer optimizer = settings(run).create(parameters, manager);
    for (int step = 4; step < 7; step++) {
      Gradients.backward(
          parameters.values().stream().map(p -> Ops.scale(p.sum(), 0)).reduce(NDArray::add).get());
      optimizer.step(RUNS.get(run).get("rates").get(step).asDouble());
      optimizer.zeroGrad();
    }
    step(run, 7, parameters, optimizer);
    parameters.forEach(
        (name, array) ->
            assertThat(array.isInfinite().any().getBoolean() || array.isNaN().any().getBoolean())
                .as(name)
                .isFalse());
  }

  @ParameterizedTest
  @MethodSource("runs")
  void aStepLeavesNoTensor(String run) {
    SortedMap<String, NDArray> parameters = parameters(run);
    Optimizer optimizer = settings(run).create(parameters, manager);
    step(run, 4, parameters, optimizer);
    int before = manager.getManagedArrays().size();
    step(run, 5, parameters, optimizer);
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  @Test
  void theRateThatIsToldIsTheOneThatIsUsed() {
    SortedMap<String, NDArray> parameters = parameters("adafactor");
    Optimizer adafactor = Adafactor.Settings.DEFAULTS.create(parameters, manager);
    assertThat(adafactor.rate(0.5)).isEqualTo(0.5 * 1e-2);
    Optimizer prodigy = settings("prodigy").create(parameters, manager);
    assertThat(prodigy.rate(0.5)).isEqualTo(0.5 * 1e-6);
    for (int step = 3; step < STEPS; step++) {
      step("prodigy", step, parameters, prodigy);
    }
    assertThat(prodigy.rate(1)).isGreaterThan(1e-5);
    assertThat(AdamW.Settings.DEFAULTS.create(parameters, manager).rate(0.5)).isEqualTo(0.5);
  }

  @ParameterizedTest
  @MethodSource("runs")
  void settingsAreWrittenAsTheyAreRead(String run) {
    OptimizerSettings settings = settings(run);
    assertThat(Json.parse(Json.line(settings), OptimizerSettings.class, "line"))
        .isEqualTo(settings);
    assertThat(settings.name()).isEqualTo(RUNS.get(run).get("settings").get("name").asText());
  }

  private static SortedMap<String, NDArray> all(
      SortedMap<String, NDArray> parameters, Optimizer optimizer) {
    SortedMap<String, NDArray> all = new TreeMap<>(optimizer.state());
    parameters.forEach((name, array) -> all.put("parameter." + name, array));
    return all;
  }

  private SortedMap<String, NDArray> parameters(String run) {
    SortedMap<String, NDArray> parameters = new TreeMap<>();
    for (JsonNode name : RUNS.get(run).get("parameters")) {
      NDArray initial = golden.read("initial." + name.asText(), manager);
      NDArray parameter = Scope.keep(Gradients.without(() -> Ops.copy(initial)));
      parameter.setRequiresGradient(true);
      parameters.put(name.asText(), parameter);
    }
    return parameters;
  }

  private static OptimizerSettings settings(String run) {
    return Json.parse(
        RUNS.get(run).get("settings").toString(), OptimizerSettings.class, "golden.json");
  }

  /** Takes a step whose gradients are given: those of their product with the parameters. */
  private void step(
      String run, int step, SortedMap<String, NDArray> parameters, Optimizer optimizer) {
    Scope.closing(
        () -> {
          parameters.forEach(
              (name, parameter) -> {
                NDArray all = golden.read("gradients." + name, manager);
                NDArray gradient = Gradients.without(() -> Ops.copy(all.get(step % GRADIENTS)));
                Gradients.backward(parameter.mul(gradient).sum());
                all.close();
              });
          return null;
        });
    optimizer.step(RUNS.get(run).get("rates").get(step).asDouble());
    optimizer.zeroGrad();
  }
}
