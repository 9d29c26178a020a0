package io.github.sdtune.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.sdtune.evaluate.ClassificationSettings;
import io.github.sdtune.evaluate.EvaluationSettings;
import io.github.sdtune.evaluate.MemorisationSettings;
import io.github.sdtune.evaluate.SampleSettings;
import io.github.sdtune.io.Json;
import io.github.sdtune.io.Sha256;
import io.github.sdtune.job.Cost;
import io.github.sdtune.job.Event;
import io.github.sdtune.job.Goal;
import io.github.sdtune.job.Job;
import io.github.sdtune.metric.MetricCatalog;
import io.github.sdtune.metric.Metrics;
import io.github.sdtune.metric.Overfitting;
import io.github.sdtune.tensor.Compute;
import io.github.sdtune.tensor.Safetensors;
import io.github.sdtune.tensor.TestDevice;
import io.github.sdtune.train.Adafactor;
import io.github.sdtune.train.AdamW8bit;
import io.github.sdtune.train.CheckpointSettings;
import io.github.sdtune.train.Lion;
import io.github.sdtune.train.Prodigy;
import io.github.sdtune.train.Safeguards;
import io.github.sdtune.train.Sgd;
import io.github.sdtune.train.TrainingSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.io.file.PathUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JobRunnerTest {
  @TempDir Path folder;
  private Path pictures;

  @BeforeEach
  void makePictures() throws IOException {
    pictures = Jobs.pictures(folder.resolve("pictures"));
  }

  @Test
  void evaluateFirstDoesWhatIsMissingAndThenNothingTwice() throws IOException {
    Job job = job(Goal.EVALUATE, "out", Jobs.training(4, 1, 0));
    assertThat(run(job)).hasSize(3);

    Metrics metrics = Json.read(job.outputs().metrics(), Metrics.class);
    assertThat(metrics.tuned())
        .containsKeys("validation.loss", "validation.loss.t250", "classification.macroF1");
    assertThat(metrics.base().get("validation.loss").items()).hasSize(4);
    assertThat(metrics.tuned())
        .allSatisfy(
            (name, metric) ->
                assertThat(metric.items().isEmpty())
                    .as(name)
                    .isNotEqualTo(MetricCatalog.find(name).orElseThrow().hasItems()));
    // At 2 timesteps: 4 pictures held out and 3 trained on, 4 pictures as 2 classes; 3 and 2
    // pictures
    // drawn in 2 steps with guidance.
    assertThat(metrics.predictions())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("losses", 14, "classification", 16, "memorisation", 12, "samples", 8));
    assertThat(metrics.comparisons()).containsKey("validation.loss");
    assertThat(metrics.confusion().get("tuned").classes()).containsExactly("even", "odd");
    assertThat(metrics.samples())
        .hasSize(2)
        .allSatisfy(s -> assertThat(job.outputDirectory().resolve(s.tuned())).exists());
    assertThat(job.outputs().strip("tuned")).exists();
    assertThat(Json.read(job.outputs().cost(Goal.FINE_TUNE), Cost.class).seconds()).isPositive();

    assertThat(run(job)).isEmpty();
    assertThat(run(job(Goal.FINE_TUNE, "out", Jobs.training(2, 1, 0)))).hasSize(1);
  }

  static Stream<TrainingSettings> ofEachKind() {
    Prodigy.Settings prodigy =
        new Prodigy.Settings(
            0.9, 0.999, 1e-8, 0.1, false, Optional.empty(), true, true, 1e-3, 1, 1.5);
    return Stream.of(
        Jobs.training(2, 2, 0),
        Jobs.training(2, 2, 0.9),
        // with a scale of the loss that changes in the first steps, and goes on where it was
        Jobs.computedIn(Compute.FLOAT16, Jobs.training(2, 2, 0)),
        // a rank at which there are parameters of 4096 elements, so that 8 bits are in use
        Jobs.training(128, 1e-2, new AdamW8bit.Settings(0.9, 0.999, 1e-8, 0.01)),
        Jobs.training(2, 1e-2, Lion.Settings.DEFAULTS),
        Jobs.training(2, 1, new Adafactor.Settings(true, true, false, 1, -0.8, 0.9, 0.1)),
        Jobs.training(2, 1, prodigy),
        Jobs.training(2, 1e-2, new Sgd.Settings(0.9, 0.1, false, 0.1)));
  }

  @ParameterizedTest
  @MethodSource("ofEachKind")
  void aRunThatIsResumedWritesTheSameBytes(TrainingSettings training) throws IOException {
    Job straight = job(Goal.FINE_TUNE, "straight", training);
    run(straight);

    Job interrupted = job(Goal.FINE_TUNE, "interrupted", training);
    assertThatThrownBy(() -> new JobRunner(interrupted, JobRunnerTest::crashAfterStep5).run())
        .hasMessage("crash");
    assertThat(interrupted.outputs().adapter()).doesNotExist();
    List<Event> events = new ArrayList<>();
    new JobRunner(interrupted, events::add).run();

    assertThat(events).contains(new Event.Phase("goes on after step 4, from the last checkpoint"));
    assertThat(Files.readString(interrupted.outputs().trainingLog()))
        .isEqualTo(Files.readString(straight.outputs().trainingLog()));
    assertThat(interrupted.outputs().adapter())
        .hasSameBinaryContentAs(straight.outputs().adapter());
    assertThat(Sha256.ofFolder(interrupted.outputs().checkpoints().resolve("step-6")))
        .isEqualTo(Sha256.ofFolder(straight.outputs().checkpoints().resolve("step-6")));
    assertThat(straight.outputs().tensorBoard()).isDirectoryContaining("glob:**/*.sdtune");
    assertThat(interrupted.outputs().tensorBoard().toFile().list()).hasSize(2);
  }

  /** Between validations, too: the odd steps have none. */
  @Test
  void whereItIsSavedAndGoesOnChangesNoByte() throws IOException {
    TrainingSettings training = Jobs.training(2, 1, 0.9);
    Job seldom = job(Goal.FINE_TUNE, "seldom", training);
    run(seldom);
    CheckpointSettings each = new CheckpointSettings(Optional.of(1), 1e6, 6);
    Job often =
        job(Goal.FINE_TUNE, "often", training)
            .withSafeguards(new Safeguards(each, 100, Safeguards.LATEST));
    run(often);
    for (int step : new int[] {5, 3, 1}) {
      Files.delete(often.outputs().stamp(Goal.FINE_TUNE));
      PathUtils.deleteDirectory(often.outputs().weights());
      List<Event> events = new ArrayList<>();
      Job resumed = often.withSafeguards(often.safeguards().withResumeFrom("step-" + step));
      new JobRunner(resumed, events::add).run();
      assertThat(events).filteredOn(Event.Step.class::isInstance).hasSize(6 - step);
      assertThat(often.outputs().adapter()).hasSameBinaryContentAs(seldom.outputs().adapter());
      assertThat(often.outputs().trainingLog())
          .hasSameBinaryContentAs(seldom.outputs().trainingLog());
      assertThat(Sha256.ofFolder(often.outputs().checkpoints().resolve("step-6")))
          .isEqualTo(Sha256.ofFolder(seldom.outputs().checkpoints().resolve("step-6")));
    }
  }

  static void crashAfterStep5(Event event) {
    if (event instanceof Event.Step step && step.step() == 5) {
      throw new IllegalStateException("crash");
    }
  }

  @Test
  void accumulatedBatchesAreOneLargeBatch() throws IOException {
    Job large = job(Goal.FINE_TUNE, "large", Jobs.training(4, 1, 0));
    Job accumulated = job(Goal.FINE_TUNE, "accumulated", Jobs.training(1, 4, 0));
    run(large);
    run(accumulated);
    try (NDManager manager = TestDevice.open();
        Safetensors expected = Safetensors.open(large.outputs().adapter());
        Safetensors found = Safetensors.open(accumulated.outputs().adapter())) {
      assertThat(found.names()).isEqualTo(expected.names());
      for (String name : found.names()) {
        NDArray difference = found.read(name, manager).sub(expected.read(name, manager));
        assertThat(difference.abs().max().getFloat()).as(name).isCloseTo(0, within(1e-4f));
      }
    }
  }

  @Test
  void aWarmCacheChangesNothing() throws IOException {
    TrainingSettings training = Jobs.training(4, 1, 0);
    Job job = job(Goal.FINE_TUNE, "out", training);
    run(job);
    byte[] cold = Files.readAllBytes(job.outputs().adapter());
    Files.delete(job.outputs().stamp(Goal.FINE_TUNE));
    PathUtils.deleteDirectory(job.outputs().checkpoints());
    List<Event> events = new ArrayList<>();
    new JobRunner(job, events::add).run();
    assertThat(events).noneMatch(event -> event instanceof Event.Progress);
    assertThat(job.outputs().adapter()).hasBinaryContent(cold);
  }

  @Test
  void anotherCheckoutOfTheSamePicturesWritesTheSameBytes() throws IOException {
    TrainingSettings training = Jobs.training(4, 1, 0);
    Job here = job(Goal.FINE_TUNE, "here", training);
    run(here);
    Path elsewhere = Jobs.pictures(folder.resolve("elsewhere"));
    Job there = Jobs.job(Goal.FINE_TUNE, elsewhere, folder.resolve("there"), training);
    run(there);
    assertThat(there.outputs().adapter()).hasSameBinaryContentAs(here.outputs().adapter());
  }

  @Test
  void withoutSamplesAndWithoutClassificationDuringTrainingTheRestIsMeasured() throws IOException {
    Job job =
        Jobs.job(
            Goal.EVALUATE,
            pictures,
            folder.resolve("out"),
            Jobs.training(4, 1, 0),
            new EvaluationSettings(
                0,
                2,
                4,
                0,
                Optional.empty(),
                new ClassificationSettings("a {class} picture", 2, 4, 0, 2, 1),
                new SampleSettings(List.of(), 0, 2, 3, "", 0),
                new MemorisationSettings(0, false)));
    List<Event> events = new ArrayList<>();
    new JobRunner(job, events::add).run();
    assertThat(events)
        .filteredOn(Event.Validation.class::isInstance)
        .hasSize(4)
        .allSatisfy(
            event ->
                assertThat(((Event.Validation) event).metrics())
                    .containsOnlyKeys("validation.loss"));
    Metrics metrics = Json.read(job.outputs().metrics(), Metrics.class);
    assertThat(metrics.samples()).isEmpty();
    assertThat(metrics.tuned())
        .containsKeys("validation.loss", "classification.macroF1")
        .doesNotContainKeys("samples.colourfulness", "memorisation.ratio", "validation.gap");
  }

  @Test
  void whatTheBaseKnewBeforeIsMeasuredAtValidationsAndInTheEnd() throws IOException {
    Path known = Jobs.knownPictures(folder.resolve("known"));
    Job job = Jobs.withRetention(job(Goal.EVALUATE, "out", Jobs.training(4, 1, 0)), known, 3);
    List<Event> events = new ArrayList<>();
    new JobRunner(job, events::add).run();
    assertThat(events)
        .filteredOn(Event.Validation.class::isInstance)
        .hasSize(4)
        .allSatisfy(
            event ->
                assertThat(((Event.Validation) event).metrics())
                    .containsKeys(
                        "retention.loss",
                        "training.subsetLoss",
                        "validation.gap",
                        "memorisation.ratio",
                        "memorisation.fraction",
                        "classification.macroF1"));
    Metrics metrics = Json.read(job.outputs().metrics(), Metrics.class);
    assertThat(metrics.tuned())
        .containsKeys("retention.loss.t250", "retention.relativeLoss", "validation.gap");
    assertThat(metrics.tuned().get("retention.loss").items()).hasSize(3);
    assertThat(metrics.tuned().get("training.subsetLoss").items()).hasSize(3);
    assertThat(metrics.tuned().get("memorisation.ratio").items()).hasSize(3);
    assertThat(metrics.comparisons())
        .containsKeys("retention.loss", "training.subsetLoss", "memorisation.ratio");
    assertThat(metrics.fingerprint())
        .containsKeys("retention pictures", "training subset", "memorisation");
    assertThat(metrics.overfitting().orElseThrow().kind()).isEqualTo(Overfitting.Kind.UNKNOWN);
    assertThat(events).contains(new Event.Phase(metrics.overfitting().get().sentence()));

    assertThat(run(job)).isEmpty();
    Files.delete(known.resolve("0.png"));
    Files.writeString(
        known.resolve("metadata.jsonl"),
        Files.readString(known.resolve("metadata.jsonl"))
            .lines()
            .skip(1)
            .collect(Collectors.joining("\n")));
    assertThat(run(job)).hasSize(3);
  }

  @Test
  void aDamagedCacheIsFilledAgain() throws IOException {
    Job job = job(Goal.FINE_TUNE, "out", Jobs.training(4, 1, 0));
    run(job);
    byte[] expected = Files.readAllBytes(job.outputs().adapter());
    try (Stream<Path> shards = Files.list(job.outputs().cache())) {
      for (Path shard : shards.toList()) {
        Files.write(shard, new byte[] {1, 2, 3});
      }
    }
    Files.delete(job.outputs().stamp(Goal.FINE_TUNE));
    PathUtils.deleteDirectory(job.outputs().checkpoints());
    run(job);
    assertThat(job.outputs().adapter()).hasBinaryContent(expected);
  }

  @Test
  void picturesInAShardTrainTheSameBytes() throws IOException {
    TrainingSettings training = Jobs.training(4, 1, 0);
    Job loose = job(Goal.FINE_TUNE, "loose", training);
    run(loose);
    Path shards = Files.createDirectory(folder.resolve("shards"));
    pack(pictures, shards.resolve("all.tar"));
    Job packed = Jobs.job(Goal.FINE_TUNE, shards, folder.resolve("other/packed"), training);
    run(packed);
    assertThat(packed.outputs().trainingLog())
        .hasSameBinaryContentAs(loose.outputs().trainingLog());
    try (Safetensors expected = Safetensors.open(loose.outputs().adapter());
        Safetensors found = Safetensors.open(packed.outputs().adapter());
        NDManager manager = TestDevice.open()) {
      assertThat(found.names()).isEqualTo(expected.names());
      for (String name : found.names()) {
        assertThat(found.read(name, manager)).isEqualTo(expected.read(name, manager));
      }
    }
  }

  /** Each line of the metadata as the JSON beside its picture. */
  private static void pack(Path pictures, Path shard) throws IOException {
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(Files.newOutputStream(shard))) {
      for (String row : Files.readAllLines(pictures.resolve("metadata.jsonl"))) {
        String picture = Json.mapper().readTree(row).get("file_name").asText();
        put(tar, picture, Files.readAllBytes(pictures.resolve(picture)));
        put(tar, picture.replace("png", "json"), row.getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private static void put(TarArchiveOutputStream tar, String name, byte[] bytes)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(bytes.length);
    tar.putArchiveEntry(entry);
    tar.write(bytes);
    tar.closeArchiveEntry();
  }

  private Job job(Goal goal, String output, TrainingSettings training) {
    return Jobs.job(goal, pictures, folder.resolve(output), training);
  }

  private static List<String> run(Job job) throws IOException {
    return new JobRunner(job, event -> {}).run().done();
  }
}
