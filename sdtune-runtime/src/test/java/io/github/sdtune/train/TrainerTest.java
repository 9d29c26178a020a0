package io.github.sdtune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.adapter.Adapter;
import io.github.sdtune.adapter.AdapterSettings;
import io.github.sdtune.adapter.Attach;
import io.github.sdtune.dataset.AugmentationSettings;
import io.github.sdtune.dataset.EncodedItem;
import io.github.sdtune.dataset.Item;
import io.github.sdtune.dataset.Split;
import io.github.sdtune.diffusion.NoiseSchedule;
import io.github.sdtune.method.Method;
import io.github.sdtune.method.MethodSettings;
import io.github.sdtune.metric.Metric;
import io.github.sdtune.metric.MetricCatalog;
import io.github.sdtune.model.SizeConditioning;
import io.github.sdtune.model.TextStates;
import io.github.sdtune.model.UNet2DConditionModel;
import io.github.sdtune.tensor.Gradients;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.TestDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The loop around a tiny random UNet, with validation losses that the test makes up. */
class TrainerTest {
  private static final Path PIPELINE = Path.of("src/test/resources/fixtures/sd15/pipeline");
  private static final int VALIDATION_INTERVAL = 2;

  @TempDir Path folder;
  private final NDManager manager = TestDevice.open();
  private final UNet2DConditionModel unet =
      UNet2DConditionModel.load(PIPELINE.resolve("unet"), manager);
  private final Told told = new Told();
  private int maxSteps = 8;
  private int patience;
  private EarlyStoppingSettings earlyStopping;
  private float picture = 0.5f;
  private Adapter adapter;
  private Safeguards safeguards = Safeguards.DEFAULTS;
  private StopRequest stop = new StopRequest();
  private final BlockingQueue<String> hangs = new LinkedBlockingQueue<>();

  @BeforeEach
  void record() {
    Gradients.enabled(true);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  /** Writes down what the trainer tells. */
  private static final class Told implements Trainer.Listener {
    @Override
    public void halved(int pictures) {
      throw new AssertionError("there is enough memory");
    }

    final List<Integer> resumed = new ArrayList<>();
    final List<Integer> steps = new ArrayList<>();
    final List<Integer> best = new ArrayList<>();
    final List<String> skipped = new ArrayList<>();
    final List<String> warned = new ArrayList<>();
    String diverged = "";

    @Override
    public void resumed(int step, String from) {
      resumed.add(step);
    }

    @Override
    public void step(int step, TrainingStep.Outcome outcome) {
      steps.add(step);
    }

    @Override
    public void validated(int step, Map<String, Metric> metrics, boolean isBest) {
      if (isBest) {
        best.add(step);
      }
    }

    @Override
    public void skipped(int step, String why) {
      skipped.add(why);
    }

    @Override
    public void diverged(int step, String why) {
      diverged = why;
    }

    @Override
    public void warned(String text) {
      warned.add(text);
    }
  }

  /** Trains as {@code run}; {@code losses} are those of the validations, in their order. */
  private Trainer.Result train(String run, Double... losses) {
    Iterator<Double> left = Arrays.asList(losses).iterator();
    return train(run, () -> loss(left.next()));
  }

  private static Map<String, Metric> loss(double value) {
    return Map.of("validation.loss", MetricCatalog.metric("validation.loss", value));
  }

  private Trainer.Result train(String run, Trainer.Validator validator) {
    TrainingSettings settings = settings();
    KeyedRandom random = new KeyedRandom(0);
    NoiseSchedule schedule =
        NoiseSchedule.read(PIPELINE.resolve("scheduler/scheduler_config.json"));
    adapter =
        Attach.attach(unet.layers(), settings.method().adapter().orElseThrow(), random, manager);
    Method method = Methods.of(adapter);
    ParameterGroups parameters =
        new ParameterGroups(
            method.groups(), settings.optimizer(), settings.learningRate(), manager);
    return new Trainer(
            settings,
            parameters,
            new TrainingStep(
                new DenoisingObjective(unet, schedule, this::texts, settings.loss()),
                method,
                parameters,
                settings),
            new Batches(List.of(item("a"), item("b")), settings, 1000, random, manager),
            validator,
            told,
            new Trainer.Files(folder.resolve("checkpoints"), folder.resolve("log.jsonl")),
            run,
            safeguards,
            new Controls(stop, hangs::add),
            manager)
        .train();
  }

  private TextStates texts(List<String> captions) {
    long width =
        unet.layers()
            .get("mid_block.attentions.0.transformer_blocks.0.attn2.to_k")
            .weightShape()
            .get(1);
    return new TextStates(manager.ones(new Shape(captions.size(), 7, width)), Optional.empty());
  }

  private EncodedItem item(String id) {
    Shape shape = new Shape(4, 8, 8);
    float[] mean = new float[256];
    Arrays.fill(mean, picture);
    Item item = new Item(id, id + ".png", "a", Optional.empty(), Split.TRAIN, 64, 64, 5);
    return new EncodedItem(item, mean, new float[256], shape, 1, SizeConditioning.of(64, 64));
  }

  private TrainingSettings settings() {
    return new TrainingSettings(
        MethodSettings.of(AdapterSettings.lora(2, 2, 0, AdapterSettings.ATTENTION)),
        1e-2,
        ScheduleSettings.CONSTANT,
        AdamW.Settings.DEFAULTS,
        maxSteps,
        1,
        1,
        1,
        NoiseSettings.PLAIN,
        LossSettings.PLAIN,
        CaptionSettings.PLAIN,
        AugmentationSettings.NONE,
        Optional.empty(),
        VALIDATION_INTERVAL,
        earlyStopping == null ? new EarlyStoppingSettings(patience, 0) : earlyStopping,
        0,
        MemorySettings.PLAIN,
        Optional.empty());
  }

  private Map<String, float[]> weights() {
    Map<String, float[]> weights = new TreeMap<>();
    adapter.parameters().forEach((name, array) -> weights.put(name, array.toFloatArray()));
    return weights;
  }

  @Test
  void keepsTheBestWeightsNotTheLast() {
    List<Map<String, float[]>> measured = new ArrayList<>();
    Iterator<Double> losses = List.of(5.0, 4.0, 3.0, 6.0, 7.0).iterator();
    Trainer.Result result =
        train(
            "run",
            () -> {
              measured.add(weights());
              return loss(losses.next());
            });
    assertThat(result).isEqualTo(new Trainer.Result(8, 4, 3.0, Trainer.End.ALL_STEPS_DONE, 0));
    assertThat(told.best).containsExactly(0, 2, 4);
    assertThat(weights()).usingRecursiveComparison().isEqualTo(measured.get(2));
    assertThat(weights()).usingRecursiveComparison().isNotEqualTo(measured.get(4));
  }

  @Test
  void stopsEarlyAfterPatienceValidationsWithoutImprovement() {
    maxSteps = 100;
    patience = 2;
    Trainer.Result result = train("run", 5.0, 4.0, 4.5, 4.4);
    assertThat(result).isEqualTo(new Trainer.Result(6, 2, 4.0, Trainer.End.STOPPED_EARLY, 0));
  }

  @Test
  void aValidationThatIsNotFiniteEndsTheRunWithTheBestWeightsSoFar() {
    maxSteps = 100;
    Trainer.Result result = train("run", 5.0, 4.0, Double.NaN);
    assertThat(result).isEqualTo(new Trainer.Result(4, 2, 4.0, Trainer.End.DIVERGED, 0));
    assertThat(told.diverged).startsWith("validation.loss is NaN after step 4");
  }

  @Test
  void aRunThatStoppedDoesNotGoOnAnotherTime() {
    maxSteps = 100;
    patience = 2;
    train("run", 5.0, 4.0, 4.5, 4.4);
    told.steps.clear();
    Trainer.Result again = train("run");
    assertThat(again).isEqualTo(new Trainer.Result(6, 2, 4.0, Trainer.End.STOPPED_EARLY, 0));
    assertThat(told.steps).isEmpty();
  }

  @Test
  void theWatchedMetricDecidesWhichWeightsAreBest() {
    earlyStopping =
        new EarlyStoppingSettings(
            "classification.macroF1", 0, 0, 0, Optional.of(0.75), Optional.empty());
    Iterator<Double> scores = List.of(0.25, 0.5, 0.375, 0.75).iterator();
    Iterator<Double> losses = List.of(1.0, 2.0, 3.0, 4.0).iterator();
    Trainer.Result result =
        train(
            "run",
            () -> {
              Map<String, Metric> metrics = new TreeMap<>(loss(losses.next()));
              metrics.put(
                  "classification.macroF1",
                  MetricCatalog.metric("classification.macroF1", scores.next()));
              return metrics;
            });
    assertThat(result).isEqualTo(new Trainer.Result(6, 6, 0.75, Trainer.End.REACHED, 0));
    assertThat(told.best).containsExactly(0, 2, 6);
  }

  @Test
  void aWatchedMetricThatIsNotMeasuredIsRefusedByName() {
    earlyStopping =
        new EarlyStoppingSettings(
            "classification.macroF1", 0, 0, 0, Optional.empty(), Optional.empty());
    assertThatThrownBy(() -> train("run", 5.0))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining("<earlyStopping><metric>: found classification.macroF1")
        .hasMessageContaining("expected one of validation.loss");
  }

  @Test
  void theLogHoldsTheLossOfEachPicture() throws IOException {
    maxSteps = 2;
    train(
        "run",
        () ->
            Map.of(
                "validation.loss",
                MetricCatalog.mean("validation.loss", Map.of("b", 0.25, "a", 0.123456789)),
                "training.subsetLoss",
                MetricCatalog.mean("training.subsetLoss", Map.of("c", 0.5))));
    assertThat(Files.readAllLines(folder.resolve("log.jsonl")).get(0))
        .contains(
            "\"pictures\":{\"training.subsetLoss\":[0.5],\"validation.loss\":[0.1234568,0.25]}");
  }

  @Test
  void aCheckpointOfAnotherRunIsNotTakenUp() {
    train("run", 5.0, 4.0, 3.0, 2.0, 1.0);
    told.steps.clear();
    train("another", 5.0, 4.0, 3.0, 2.0, 1.0);
    assertThat(told.resumed).isEmpty();
    assertThat(told.steps).hasSize(8);
  }

  @Test
  void aLogThatIsLostComesBackWithTheCheckpoint() throws IOException {
    train("run", 5.0, 4.0, 3.0, 2.0, 1.0);
    List<String> log = Files.readAllLines(folder.resolve("log.jsonl"));
    Files.delete(folder.resolve("log.jsonl"));
    train("run");
    assertThat(told.resumed).containsExactly(8);
    assertThat(Files.readAllLines(folder.resolve("log.jsonl"))).isEqualTo(log);
  }

  @Test
  void aStepThatIsNotFiniteIsSkippedWithItsPicturesAndTimesteps() {
    picture = Float.NaN;
    maxSteps = 9;
    train("run", 5.0, 4.0, 4.0, 4.0, 4.0, 4.0);
    assertThat(told.skipped)
        .hasSize(9)
        .allMatch(why -> why.matches("step \\d: the loss is NaN .*: [ab]\\.png at \\d+\\)"));
    assertThat(weights().values())
        .allSatisfy(values -> assertThat(values).doesNotContain(Float.NaN));
  }

  @Test
  void tenStepsInARowThatAreNotFiniteEndTheRunWithTheBestWeightsSoFar() {
    picture = Float.NaN;
    maxSteps = 30;
    Trainer.Result result = train("run", 5.0, 4.0, 4.0, 4.0, 4.0, 4.0);
    assertThat(result).isEqualTo(new Trainer.Result(10, 2, 4.0, Trainer.End.DIVERGED, 10));
    assertThat(told.skipped).hasSize(9);
    assertThat(told.diverged)
        .startsWith("step 10: the loss is NaN")
        .contains(".png at ", "the 10th step in a row", "<learningRate>");
    assertThat(told.steps).hasSize(10);
    assertThat(weights().values())
        .allSatisfy(values -> assertThat(values).doesNotContain(Float.NaN));
  }

  @Test
  void whoeverIsAskedToStopFinishesTheStepAndIsSaved() {
    assertThat(stop.make()).as("nobody would hear it").isFalse();
    StopRequest asked = stop;
    assertThatThrownBy(() -> train("run", 5.0))
        .isInstanceOf(StoppedException.class)
        .hasMessageContaining("stopped after step 1 of 8, and saved");
    assertThat(told.steps).containsExactly(1);
    stop = new StopRequest();
    train("run", 4.0, 3.0, 2.0, 1.0);
    assertThat(told.resumed).containsExactly(1);
    assertThat(told.steps).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
    assertThat(asked.make()).as("nobody hears it any more").isFalse();
  }

  @Test
  void aStepThatHangsIsToldWithItsPicturesAndTimesteps() throws Exception {
    safeguards = new Safeguards(CheckpointSettings.DEFAULTS, 1e-3, Safeguards.LATEST);
    train("run", 5.0, 4.0, 3.0, 2.0, 1.0);
    assertThat(hangs.poll(20, TimeUnit.SECONDS))
        .matches(
            "step \\d \\(pictures and timesteps: [ab]\\.png at \\d+\\) has not ended after 0"
                + " s.*<stepTimeout>.*");
  }
}
