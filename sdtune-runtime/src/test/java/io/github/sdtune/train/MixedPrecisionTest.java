package io.github.sdtune.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.adapter.AdapterKind;
import io.github.sdtune.adapter.AdapterSettings;
import io.github.sdtune.adapter.Attach;
import io.github.sdtune.adapter.DropoutSettings;
import io.github.sdtune.diffusion.NoiseSchedule;
import io.github.sdtune.method.Method;
import io.github.sdtune.method.MethodSettings;
import io.github.sdtune.model.Precision;
import io.github.sdtune.model.SizeConditioning;
import io.github.sdtune.model.TextStates;
import io.github.sdtune.model.UNet2DConditionModel;
import io.github.sdtune.tensor.Compute;
import io.github.sdtune.tensor.Golden;
import io.github.sdtune.tensor.Gradients;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Purpose;
import io.github.sdtune.tensor.Tensors;
import io.github.sdtune.tensor.TestDevice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Steps whose products are computed in half precision go where those in float32 go. */
class MixedPrecisionTest {
  private static final Path PIPELINE = Golden.FIXTURES.resolve("sd15/pipeline");
  private static final MethodSettings ATTENTION =
      MethodSettings.of(AdapterSettings.lora(4, 4, 0, AdapterSettings.ATTENTION));
  private static final MemorySettings FLOAT32 = in(false, Compute.FLOAT32);
  private static final KeyedRandom RANDOM = new KeyedRandom(5);

  private final NDManager manager = TestDevice.open();
  private double factor = 1;
  private double rate = 1;

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @CsvSource({"FLOAT16, false, 0.01", "FLOAT16, true, 0.01", "BFLOAT16, false, 0.05"})
  void theGradientIsThatOfFloat32UpToItsDigits(
      Compute compute, boolean recomputing, double tolerance) {
    near(moved(ATTENTION, FLOAT32), moved(ATTENTION, in(recomputing, compute)), tolerance);
  }

  private static MemorySettings in(boolean recomputing, Compute compute) {
    return new MemorySettings(Precision.FLOAT32, recomputing, compute);
  }

  private static void near(List<NDArray> exact, List<NDArray> found, double tolerance) {
    double difference = 0;
    double size = 0;
    for (int i = 0; i < exact.size(); i++) {
      difference += exact.get(i).sub(found.get(i)).square().sum().getFloat();
      size += exact.get(i).square().sum().getFloat();
    }
    assertThat(size).isPositive();
    // Products in half precision leave traces: the same to the last bit would be float32.
    assertThat(Math.sqrt(difference / size)).isPositive().isLessThan(tolerance);
  }

  /** Updates and masks of dropout are float32; what they are added to is not. */
  @ParameterizedTest
  @CsvSource({"LORA, 0.5", "DORA, 0.5", "LOHA, 0", "LOKR, 0"})
  void everyAdapterTakesInputsInHalfPrecision(AdapterKind kind, double inputDropout) {
    AdapterSettings adapter =
        AdapterSettings.of(
                kind, 4, 4, List.of(AdapterSettings.targets(List.of("to_q", "conv1", "linear_1"))))
            .withDropout(new DropoutSettings(inputDropout, 0, 0.5));
    near(
        moved(MethodSettings.of(adapter), FLOAT32),
        moved(MethodSettings.of(adapter), in(false, Compute.FLOAT16)),
        0.01);
  }

  /** So that what autograd keeps of it is half as large. */
  @Test
  void aNetworkStaysInHalfPrecisionToItsOutput() {
    UNet2DConditionModel unet = UNet2DConditionModel.load(PIPELINE.resolve("unet"), manager);
    Batch batch = batch();
    NDArray timesteps = manager.create(new long[] {100, 700});
    NDArray text = normal("text", new Shape(2, 7, 32));
    NDArray output = Compute.FLOAT16.during(() -> unet.forward(batch.latents(), timesteps, text));
    assertThat(output.getDataType()).isEqualTo(DataType.FLOAT16);
  }

  @Test
  void anOverflowIsSkippedAndTheScaleHalvedUntilGradientsFit() {
    factor = 100;
    rate = 1e-9;
    List<Boolean> finite = new ArrayList<>();
    LossScale scale = new LossScale(manager);
    moved(
        ATTENTION,
        in(false, Compute.FLOAT16),
        12,
        outcome -> {
          finite.add(outcome.finite());
          scale.update(outcome.finite());
        });
    assertThat(finite.get(0)).isFalse();
    assertThat(finite.get(11)).isTrue();
    assertThat(finite).isSorted(); // once it fits, it goes on fitting
    assertThat(scale.get()).isLessThan(LossScale.INITIAL);
  }

  @Test
  void theScaleIsThatOfTorch() {
    LossScale scale = new LossScale(manager);
    assertThat(scale.get()).isEqualTo(65536);
    scale.update(false);
    scale.update(false);
    assertThat(scale.get()).isEqualTo(16384);
    for (int i = 0; i < 1999; i++) {
      scale.update(true);
    }
    assertThat(scale.get()).isEqualTo(16384);
    scale.update(true);
    assertThat(scale.get()).isEqualTo(32768);
    assertThat(scale.state()).hasSize(2);
  }

  private List<NDArray> moved(MethodSettings settings, MemorySettings memory) {
    return moved(settings, memory, 1, outcome -> assertThat(outcome.finite()).isTrue());
  }

  /** By how much each factor moved: with SGD at a rate of 1 minus its gradient. */
  private List<NDArray> moved(
      MethodSettings settings,
      MemorySettings memory,
      int steps,
      Consumer<TrainingStep.Outcome> told) {
    Gradients.enabled(true);
    UNet2DConditionModel unet = UNet2DConditionModel.load(PIPELINE.resolve("unet"), manager);
    Method method =
        Methods.of(Attach.attach(unet.layers(), settings.adapter().orElseThrow(), RANDOM, manager));
    ParameterGroups groups =
        new ParameterGroups(method.groups(), new Sgd.Settings(0, 0, false, 0), rate, manager);
    List<NDArray> factors = List.copyOf(groups.parameters().values());
    List<NDArray> before = factors.stream().map(Tensors::detachedCopy).toList();
    NoiseSchedule schedule =
        NoiseSchedule.read(PIPELINE.resolve("scheduler/scheduler_config.json"));
    TextStates text = new TextStates(normal("text", new Shape(2, 7, 32)), Optional.empty());
    Objective objective =
        new DenoisingObjective(unet, schedule, captions -> text, LossSettings.PLAIN);
    TrainingStep step =
        new TrainingStep(
            batch -> Ops.scale(objective.loss(batch), factor),
            method,
            groups,
            Plain.training(settings, rate, 1, 2, 1e9, memory));
    for (int s = 0; s < steps; s++) {
      told.accept(step.run(s, part -> batch()));
    }
    List<NDArray> moved = new ArrayList<>();
    for (int i = 0; i < factors.size(); i++) {
      NDArray now = factors.get(i);
      NDArray then = before.get(i);
      moved.add(Gradients.without(() -> now.sub(then)));
    }
    return moved;
  }

  private NDArray normal(String name, Shape shape) {
    return Tensors.owned(manager, RANDOM.normal(Purpose.NOISE, name, 0, (int) shape.size()), shape);
  }

  private Batch batch() {
    Shape shape = new Shape(2, 4, 8, 8);
    List<String> rows = List.of("a", "b");
    return new Batch(
        normal("latents", shape),
        normal("noise", shape),
        Optional.empty(),
        new int[] {100, 700},
        rows,
        rows.stream().map(row -> SizeConditioning.of(64, 64)).toList(),
        rows,
        List.of(0, 0),
        Optional.empty(),
        Optional.empty());
  }
}
