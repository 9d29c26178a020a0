package io.github.sdtune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.adapter.AdapterKind;
import io.github.sdtune.adapter.AdapterSettings;
import io.github.sdtune.adapter.Attach;
import io.github.sdtune.adapter.DropoutSettings;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.dataset.AugmentationSettings;
import io.github.sdtune.diffusion.NoiseSchedule;
import io.github.sdtune.method.Method;
import io.github.sdtune.method.MethodSettings;
import io.github.sdtune.model.Precision;
import io.github.sdtune.model.SizeConditioning;
import io.github.sdtune.model.TextStates;
import io.github.sdtune.model.UNet2DConditionModel;
import io.github.sdtune.selection.Rule;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A step that memory does not suffice for is taken with fewer pictures at once, and is the same.
 */
class MicroBatchesTest {
  private static final Path PIPELINE = Golden.FIXTURES.resolve("sd15/pipeline");
  private static final KeyedRandom RANDOM = new KeyedRandom(5);

  private final NDManager manager = TestDevice.open();
  private final UNet2DConditionModel unet =
      UNet2DConditionModel.load(PIPELINE.resolve("unet"), manager);
  private final List<Integer> halved = new ArrayList<>();
  private final List<Integer> tried = new ArrayList<>();

  /** So many rows have room. */
  private int room = Integer.MAX_VALUE;

  /** An error of this call is another one. */
  private Optional<RuntimeException> broken = Optional.empty();

  @AfterEach
  void close() {
    manager.close();
  }

  /** A step, and the factors that it moves. */
  private record Fixture(TrainingStep step, List<NDArray> factors) {
    List<float[]> values() {
      return factors.stream().map(NDArray::toFloatArray).toList();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theStepIsTheSameUpToRounding(boolean weighted) {
    Fixture whole = fixture(false);
    TrainingStep.Outcome expected = whole.step.run(0, part -> batch(part, weighted));
    room = 2;
    tried.clear();
    Fixture parts = fixture(false);
    TrainingStep.Outcome found = parts.step.run(0, part -> batch(part, weighted));
    assertThat(halved).containsExactly(3, 2);
    assertThat(tried).containsExactly(5, 2, 3, 1, 2, 2, 1, 2, 2);
    assertThat(found.loss()).isCloseTo(expected.loss(), within(1e-6 * expected.loss()));
    assertThat(found.gradNorm()).isCloseTo(expected.gradNorm(), within(1e-5 * expected.gradNorm()));
    assertSame(parts.values(), whole.values(), 1e-6f);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void nothingIsLeftOfTheAttempts(boolean recomputing) {
    room = 2;
    Fixture fixture = fixture(recomputing);
    List<NDArray> initial = fixture.factors.stream().map(Tensors::detachedCopy).toList();
    fixture.step.run(0, part -> batch(part, false));
    List<float[]> afterAttempts = fixture.values();
    Ops.foreachCopy(fixture.factors, initial);
    int live = manager.getManagedArrays().size();
    fixture.step.run(0, part -> batch(part, false));
    assertThat(halved).containsExactly(3, 2);
    assertSame(fixture.values(), afterAttempts, 0);
    assertThat(manager.getManagedArrays()).hasSize(live);
  }

  private static void assertSame(List<float[]> found, List<float[]> expected, float tolerance) {
    for (int i = 0; i < expected.size(); i++) {
      assertThat(found.get(i)).containsExactly(expected.get(i), within(tolerance));
    }
  }

  @Test
  void oneAtATimeIsTheLast() {
    room = 0;
    assertThatThrownBy(() -> fixture(false).step.run(0, part -> batch(part, false)))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining("one picture at a time")
        .hasMessageContaining("<gradientCheckpointing>");
    assertThat(halved).containsExactly(3, 2, 1);
  }

  @Test
  void anotherErrorIsAnError() {
    broken = Optional.of(new IllegalStateException("out of memory, said the cat"));
    assertThatThrownBy(() -> fixture(false).step.run(0, part -> batch(part, false)))
        .isSameAs(broken.get());
    assertThat(halved).isEmpty();
  }

  /** Steps of two micro-batches of five, from fresh factors. */
  private Fixture fixture(boolean recomputing) {
    Gradients.enabled(true);
    TrainingSettings settings = settings(recomputing);
    Method method =
        Methods.of(
            Attach.attach(
                unet.layers(), settings.method().adapter().orElseThrow(), RANDOM, manager));
    ParameterGroups groups =
        new ParameterGroups(
            method.groups(), settings.optimizer(), settings.learningRate(), manager);
    return new Fixture(
        new TrainingStep(
            this::lossIfThereIsRoom, method, groups, settings, settings::learningRate, halved::add),
        List.copyOf(groups.parameters().values()));
  }

  private NDArray lossIfThereIsRoom(Batch batch) {
    tried.add(batch.rows());
    if (broken.isPresent()) {
      throw broken.get();
    }
    NoiseSchedule schedule =
        NoiseSchedule.read(PIPELINE.resolve("scheduler/scheduler_config.json"));
    NDArray loss =
        new DenoisingObjective(unet, schedule, this::texts, LossSettings.PLAIN).loss(batch);
    if (batch.rows() > room) {
      manager.create(new Shape(1L << 55), DataType.FLOAT32); // libtorch's own error
    }
    return loss;
  }

  private TextStates texts(List<String> captions) {
    NDList rows = new NDList();
    captions.forEach(text -> rows.add(normal("text " + text, new Shape(1, 7, 32))));
    return new TextStates(NDArrays.concat(rows), Optional.empty());
  }

  private NDArray normal(String name, Shape shape) {
    return Tensors.owned(manager, RANDOM.normal(Purpose.NOISE, name, 0, (int) shape.size()), shape);
  }

  private Batch batch(int part, boolean weighted) {
    Shape shape = new Shape(5, 4, 8, 8);
    List<String> rows = List.of("a", "b", "c", "d", "e");
    return new Batch(
        normal("latents " + part, shape),
        normal("noise " + part, shape),
        Optional.empty(),
        new int[] {1, 100, 250, 600, 990},
        rows,
        rows.stream().map(row -> SizeConditioning.of(64, 64)).toList(),
        rows,
        List.of(0, 0, 0, 0, 0),
        weighted ? Optional.of(new float[] {0.1f, 0.3f, 0.2f, 0.2f, 0.2f}) : Optional.empty(),
        weighted ? Optional.of(normal("mask", new Shape(5, 1, 8, 8)).abs()) : Optional.empty());
  }

  private static TrainingSettings settings(boolean recomputing) {
    return new TrainingSettings(
        MethodSettings.of(
            new AdapterSettings(
                AdapterKind.LORA,
                2,
                2,
                false,
                new DropoutSettings(0.1, 0.1, 0),
                Optional.empty(),
                Optional.empty(),
                List.of(Rule.of("rule", Part.UNET, List.of("to_q"))))),
        1e-3,
        ScheduleSettings.CONSTANT,
        new Sgd.Settings(0, 0, false, 0),
        1,
        5,
        2,
        1,
        NoiseSettings.PLAIN,
        LossSettings.PLAIN,
        CaptionSettings.PLAIN,
        AugmentationSettings.NONE,
        Optional.empty(),
        1,
        new EarlyStoppingSettings(0, 0),
        0,
        new MemorySettings(Precision.FLOAT32, recomputing, Compute.FLOAT32),
        Optional.empty());
  }
}
