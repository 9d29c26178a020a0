package io.github.sdtune.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.checkpoint.ConvertSettings;
import io.github.sdtune.checkpoint.Converter;
import io.github.sdtune.checkpoint.Layout;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.checkpoint.PartFilter;
import io.github.sdtune.checkpoint.Progress;
import io.github.sdtune.dataset.Item;
import io.github.sdtune.dataset.Manifest;
import io.github.sdtune.dataset.Pictures;
import io.github.sdtune.dataset.Split;
import io.github.sdtune.io.Json;
import io.github.sdtune.io.Sha256;
import io.github.sdtune.job.Event;
import io.github.sdtune.job.Goal;
import io.github.sdtune.job.Job;
import io.github.sdtune.method.FullSettings;
import io.github.sdtune.metric.Metric;
import io.github.sdtune.metric.MetricCatalog;
import io.github.sdtune.metric.Metrics;
import io.github.sdtune.model.AutoencoderKL;
import io.github.sdtune.model.Precision;
import io.github.sdtune.safetensors.TensorType;
import io.github.sdtune.selection.Rule;
import io.github.sdtune.tensor.Golden;
import io.github.sdtune.tensor.Safetensors;
import io.github.sdtune.tensor.TestDevice;
import io.github.sdtune.train.TrainingSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Parameters of the base itself go all the way that adapters go. */
class FullFineTuningJobTest {
  private static final Path BASE = Golden.FIXTURES.resolve("sd15/pipeline");

  @TempDir Path folder;
  private Path pictures;

  @BeforeEach
  void makePictures() throws IOException {
    pictures = Jobs.pictures(folder.resolve("pictures"));
  }

  private Job job(Goal goal, String output, FullSettings full, double emaDecay) {
    return Jobs.job(goal, pictures, folder.resolve(output), Jobs.full(full, emaDecay));
  }

  private static FullSettings rules(Part part, String... include) {
    return new FullSettings(List.of(Rule.of("rule 1", part, List.of(include))));
  }

  private static List<Event> run(Job job) throws IOException {
    List<Event> events = new ArrayList<>();
    new JobRunner(job, events::add).run();
    return events;
  }

  @ParameterizedTest
  @CsvSource({"unet, *", "text_encoder, *", "vae, decoder.*"})
  void aRunThatIsResumedWritesTheSameBytes(String part, String pattern) throws IOException {
    FullSettings full = rules(Part.valueOf(part.toUpperCase(Locale.ROOT)), pattern);
    Job straight = job(Goal.FINE_TUNE, "straight", full, 0.9);
    run(straight);
    Job interrupted = job(Goal.FINE_TUNE, "interrupted", full, 0.9);
    assertThatThrownBy(() -> new JobRunner(interrupted, JobRunnerTest::crashAfterStep5).run())
        .hasMessage("crash");
    assertThat(run(interrupted))
        .contains(new Event.Phase("goes on after step 4, from the last checkpoint"));

    assertThat(interrupted.outputs().trainingLog())
        .hasSameTextualContentAs(straight.outputs().trainingLog());
    assertThat(Sha256.ofFolder(interrupted.outputs().checkpoints()))
        .isEqualTo(Sha256.ofFolder(straight.outputs().checkpoints()));
    assertThat(Sha256.ofFolder(interrupted.outputs().weights()))
        .isEqualTo(Sha256.ofFolder(straight.outputs().weights()));
  }

  /** So that another project can name the artifact as its base. */
  @ParameterizedTest
  @CsvSource({"unet, *", "text_encoder, *", "unet, *.bias", "vae, decoder.*"})
  void theZipIsAModelThatMeasuresAsTheTunedOne(String part, String pattern) throws IOException {
    String before = Sha256.ofFolder(BASE);
    FullSettings full = rules(Part.valueOf(part.toUpperCase(Locale.ROOT)), pattern);
    Job job = job(Goal.EVALUATE, "out", full, 0);
    List<Event> events = run(job);
    assertThat(Sha256.ofFolder(BASE)).as("the user's files").isEqualTo(before);

    Metrics metrics = Json.read(job.outputs().metrics(), Metrics.class);
    double base = metrics.base().get("validation.loss").value();
    double tuned = metrics.tuned().get("validation.loss").value();
    assertThat(tuned).isLessThan(base);
    assertThat(validations(events).get(0)).isCloseTo(base, within(1e-6));
    assertThat(Collections.min(validations(events))).isCloseTo(tuned, within(1e-6));

    Path model = unzipped(job.outputs().weights().resolve("model.zip"), folder.resolve("model"));
    Job again = Jobs.withBase(job(Goal.EVALUATE, "again", full, 0), model);
    run(again);
    Map<String, Metric> expected = new TreeMap<>(metrics.tuned());
    expected.remove(MetricCatalog.RELATIVE_LOSS);
    assertThat(Json.read(again.outputs().metrics(), Metrics.class).base()).isEqualTo(expected);
  }

  private static List<Double> validations(List<Event> events) {
    return events.stream()
        .filter(Event.Validation.class::isInstance)
        .map(event -> ((Event.Validation) event).metrics().get("validation.loss"))
        .toList();
  }

  private static Path unzipped(Path zip, Path folder) throws IOException {
    List<String> names = new ArrayList<>();
    try (ZipFile file = new ZipFile(zip.toFile())) {
      for (ZipEntry entry : Collections.list(file.entries())) {
        names.add(entry.getName());
        assertThat(entry.getMethod()).isEqualTo(ZipEntry.STORED);
        assertThat(entry.getTimeLocal()).isEqualTo("1980-01-01T00:00:00");
        Path target = folder.resolve(entry.getName());
        Files.createDirectories(target.getParent());
        Files.copy(file.getInputStream(entry), target);
      }
    }
    assertThat(names)
        .isSorted()
        .contains(
            "model_index.json",
            "scheduler/scheduler_config.json",
            "text_encoder/config.json",
            "text_encoder/model.safetensors",
            "tokenizer/vocab.json",
            "unet/diffusion_pytorch_model.safetensors",
            "vae/diffusion_pytorch_model.safetensors");
    return folder;
  }

  @Test
  void whatIsWrittenHasAllTensorsOfThePartAndOnlyThePatternsMoved() throws IOException {
    Job job = job(Goal.FINE_TUNE, "out", rules(Part.UNET, "conv_in", "*norm1*"), 0);
    run(job);
    assertThat(Json.read(job.outputs().weights().resolve("unet/config.json"), JsonNode.class))
        .isEqualTo(Json.read(BASE.resolve("unet/config.json"), JsonNode.class));
    try (NDManager manager = TestDevice.open();
        Safetensors base =
            Safetensors.open(BASE.resolve("unet/diffusion_pytorch_model.safetensors"));
        Safetensors tuned =
            Safetensors.open(
                job.outputs().weights().resolve("unet/diffusion_pytorch_model.safetensors"))) {
      assertThat(tuned.names()).hasSameElementsAs(base.names());
      assertThat(tuned.metadata()).containsKeys("format", "sdtune.training");
      for (String name : base.names()) {
        boolean moves = name.startsWith("conv_in.") || name.contains("norm1");
        boolean equal = tuned.read(name, manager).contentEquals(base.read(name, manager));
        assertThat(equal).as(name).isEqualTo(!moves);
      }
    }
  }

  /** The rest may stay as it is stored, in memory and in what is published. */
  @Test
  void whatMovesIsFloat32WhateverTheFileHas() throws IOException {
    Path half = folder.resolve("half");
    ConvertSettings settings = ConvertSettings.to(Layout.DIFFUSERS).withType(TensorType.F16);
    Converter.convert(BASE, half, settings, PartFilter.none(), Progress.none());
    String written = Json.line(Jobs.full(FullSettings.UNET, 0));
    TrainingSettings stored =
        Json.parse(
            written.replace("\"weights\":\"FLOAT32\"", "\"weights\":\"STORED\""),
            TrainingSettings.class,
            "test");
    assertThat(stored.memory().weights()).isEqualTo(Precision.STORED);
    Job job = Jobs.withBase(Jobs.job(Goal.EVALUATE, pictures, folder.resolve("out"), stored), half);
    run(job);
    Metrics metrics = Json.read(job.outputs().metrics(), Metrics.class);
    assertThat(metrics.tuned().get("validation.loss").value())
        .isLessThan(metrics.base().get("validation.loss").value());
    Path model = unzipped(job.outputs().weights().resolve("model.zip"), folder.resolve("model"));
    assertTypes(model.resolve("unet/diffusion_pytorch_model.safetensors"), TensorType.F32);
    assertTypes(model.resolve("text_encoder/model.safetensors"), TensorType.F16);
    assertThat(Files.readString(model.resolve("text_encoder/config.json"))).contains("float16");
  }

  private static void assertTypes(Path file, TensorType type) {
    try (Safetensors weights = Safetensors.open(file)) {
      assertThat(weights.names()).extracting(weights::type).containsOnly(type);
    }
  }

  @Test
  void whatAnotherMethodLeftIsRemoved() throws IOException {
    run(Jobs.job(Goal.FINE_TUNE, pictures, folder.resolve("out"), Jobs.training(2, 1, 0)));
    Job job = job(Goal.FINE_TUNE, "out", rules(Part.UNET, "conv_in"), 0);
    assertThat(job.outputs().adapter()).exists();
    run(job);
    assertThat(job.outputs().adapter()).doesNotExist();
  }

  /** The last layer of SDXL's first encoder is not in what the UNet is told. */
  @Test
  void whatNoLossReachesIsRefusedByName() throws IOException {
    Path sdxl = Golden.FIXTURES.resolve("sdxl/pipeline");
    Job whole = Jobs.withBase(job(Goal.FINE_TUNE, "out", rules(Part.TEXT_ENCODER, "*"), 0), sdxl);
    assertThatThrownBy(() -> run(whole))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContainingAll(
            "no gradient reaches",
            "text_encoder.text_model.encoder.layers.2.mlp.fc1.bias",
            "text_encoder.text_model.final_layer_norm.weight")
        .hasMessageNotContainingAny("layers.1.", "embeddings");
    Job second =
        Jobs.withBase(job(Goal.FINE_TUNE, "second", rules(Part.TEXT_ENCODER_2, "*"), 0), sdxl);
    run(second);
    assertThat(second.outputs().weights().resolve("text_encoder_2/model.safetensors")).exists();
  }

  /** The default has nothing that no loss reaches. */
  @ParameterizedTest
  @ValueSource(strings = {"sd21", "sdxl"})
  void theWholeUnetMovesInEveryFamily(String family) throws IOException {
    Path base = Golden.FIXTURES.resolve(family).resolve("pipeline");
    Job job = Jobs.withBase(job(Goal.FINE_TUNE, "out", FullSettings.UNET, 0), base);
    List<Event> events = run(job);
    assertThat(Collections.min(validations(events))).isLessThan(validations(events).get(0));
  }

  @Test
  void theEncoderOfTheAutoencoderIsRefused() {
    Job job = job(Goal.FINE_TUNE, "out", rules(Part.VAE, "*.bias"), 0);
    assertThatThrownBy(() -> run(job))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContainingAll(
            "the encoder of the autoencoder cannot move", "rule 1", "encoder.");
  }

  @Test
  void theAutoencoderBesideAnotherPartIsRefusedByName() {
    Rule vae = Rule.of("rule 1", Part.VAE, List.of("decoder.*"));
    Rule unet = Rule.of("rule 2", Part.UNET, List.of("*"));
    assertThatThrownBy(() -> new FullSettings(List.of(vae, unet)))
        .isInstanceOf(SdtuneException.class)
        .hasMessageStartingWith("rule 1: found part vae beside rule 2 of other parts");
  }

  /**
   * What a decoder learns is measured in pixels; what depends on the UNet alone is not measured.
   */
  @Test
  void aDecoderIsMeasuredByItsReconstructions() throws IOException {
    Job job = job(Goal.EVALUATE, "out", rules(Part.VAE, "decoder.*", "post_quant_conv"), 0);
    run(job);
    Metrics metrics = Json.read(job.outputs().metrics(), Metrics.class);
    assertThat(metrics.tuned())
        .containsOnlyKeys("validation.loss", "validation.relativeLoss", "samples.colourfulness");
    Metric base = metrics.base().get("validation.loss");
    assertThat(metrics.tuned().get("validation.relativeLoss").value())
        .isCloseTo(metrics.tuned().get("validation.loss").value() / base.value(), within(1e-9));
    assertThat(base.items()).hasSize(4);
    assertThat(metrics.fingerprint()).containsEntry("loss", "reconstruction of pictures");
    try (NDManager manager = TestDevice.open()) {
      AutoencoderKL vae = AutoencoderKL.load(BASE.resolve("vae"), manager);
      Manifest manifest = Json.read(job.outputs().manifest(), Manifest.class);
      for (Item item : manifest.items(Split.VALIDATION)) {
        float[] values = Pictures.read(Manifest.file(pictures, item), 32);
        NDArray picture = manager.create(values, new Shape(1, 3, 32, 32));
        NDArray decoded = vae.decode(vae.encode(picture).mean());
        assertThat(base.items().get(item.id()))
            .as(item.file())
            .isCloseTo(decoded.sub(picture).square().mean().getFloat(), within(1e-5));
      }
    }
  }
}
