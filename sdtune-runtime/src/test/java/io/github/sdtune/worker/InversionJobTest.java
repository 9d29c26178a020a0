package io.github.sdtune.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.adapter.AdapterKind;
import io.github.sdtune.adapter.AdapterSettings;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.inversion.InversionSettings;
import io.github.sdtune.io.Json;
import io.github.sdtune.io.Sha256;
import io.github.sdtune.job.Event;
import io.github.sdtune.job.Goal;
import io.github.sdtune.job.Job;
import io.github.sdtune.method.MethodSettings;
import io.github.sdtune.metric.Metrics;
import io.github.sdtune.selection.Rule;
import io.github.sdtune.tensor.Golden;
import io.github.sdtune.tensor.Safetensors;
import io.github.sdtune.tensor.TestDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A word is learned, alone and beside adapters, from pictures to metrics. */
class InversionJobTest {
  @TempDir Path folder;
  private Path pictures;

  @BeforeEach
  void makePictures() throws IOException {
    pictures = Jobs.pictures(folder.resolve("pictures"));
    captions("<fox> picture");
  }

  /** Says another word than "picture" in all captions. */
  private void captions(String words) throws IOException {
    Path file = pictures.resolve("metadata.jsonl");
    String rows = Files.readString(file);
    Files.writeString(
        file, rows.replaceAll("\"text\": \"[^\"]*?( \\d+)?\"", "\"text\": \"" + words + "$1\""));
  }

  private static InversionSettings inversion(int vectors, boolean norm, String... templates) {
    return new InversionSettings(
        "<fox>", "black", vectors, List.of(templates), Optional.of(2e-2), Optional.empty(), norm);
  }

  private static MethodSettings alone(InversionSettings inversion) {
    return new MethodSettings(Optional.empty(), Optional.of(inversion), Optional.empty());
  }

  private static MethodSettings withLora(InversionSettings inversion) {
    AdapterSettings lora =
        AdapterSettings.of(
            AdapterKind.LORA,
            2,
            2,
            List.of(
                AdapterSettings.targets(AdapterSettings.ATTENTION),
                Rule.of("test", Part.TEXT_ENCODER, List.of("q_proj"))));
    return new MethodSettings(Optional.of(lora), Optional.of(inversion), Optional.empty());
  }

  private Job job(Goal goal, String output, MethodSettings method) {
    return Jobs.job(goal, pictures, folder.resolve(output), Jobs.training(method));
  }

  private static List<String> run(Job job) throws IOException {
    return new JobRunner(job, event -> {}).run().done();
  }

  @ParameterizedTest
  @ValueSource(strings = {"captions", "templates", "lora"})
  void theBaseIsWhatTheTrainingBeganWith(String kind) throws IOException {
    MethodSettings method =
        switch (kind) {
          case "captions" -> alone(inversion(2, false));
          case "templates" -> alone(inversion(1, false, "a photo of {}", "{}, {caption}"));
          default -> withLora(inversion(1, false));
        };
    Job job = job(Goal.EVALUATE, "out", method);
    assertThat(run(job)).hasSize(3);
    Metrics metrics = Json.read(job.outputs().metrics(), Metrics.class);
    double base = metrics.base().get("validation.loss").value();
    double tuned = metrics.tuned().get("validation.loss").value();
    List<JsonNode> validations = validations(job);
    assertThat(loss(validations.get(0))).isCloseTo(base, within(1e-6));
    double best = validations.stream().mapToDouble(InversionJobTest::loss).min().orElseThrow();
    assertThat(best).isLessThan(base);
    assertThat(tuned).isCloseTo(best, within(1e-6));
    assertThat(run(job)).isEmpty();
    assertThat(Files.exists(job.outputs().adapter())).isEqualTo(kind.equals("lora"));
    try (NDManager manager = TestDevice.open();
        Safetensors saved = Safetensors.open(job.outputs().embedding())) {
      assertThat(saved.names()).containsExactly("<fox>");
      assertThat(saved.metadata()).containsKeys("sdtune.training", "sdtune.base_model");
      assertThat(saved.read("<fox>", manager).getShape().get(0))
          .isEqualTo(kind.equals("captions") ? 2 : 1);
    }
  }

  private static List<JsonNode> validations(Job job) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(job.outputs().trainingLog())) {
      JsonNode json = Json.parse(line, JsonNode.class, "log");
      if (json.get("event").asText().equals("validation")) {
        lines.add(json);
      }
    }
    return lines;
  }

  private static double loss(JsonNode validation) {
    return validation.get("metrics").get("validation.loss").asDouble();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRunThatIsResumedWritesTheSameBytes(boolean lora) throws IOException {
    InversionSettings inversion = inversion(2, true, "a photo of {}", "{}, {caption}");
    MethodSettings method = lora ? withLora(inversion) : alone(inversion);
    Job straight = job(Goal.FINE_TUNE, "straight", method);
    run(straight);
    Job interrupted = job(Goal.FINE_TUNE, "interrupted", method);
    assertThatThrownBy(() -> new JobRunner(interrupted, InversionJobTest::crashAfterStep5).run())
        .hasMessage("crash");
    List<Event> events = new ArrayList<>();
    new JobRunner(interrupted, events::add).run();
    assertThat(events).contains(new Event.Phase("goes on after step 4, from the last checkpoint"));
    assertThat(Files.readString(interrupted.outputs().trainingLog()))
        .isEqualTo(Files.readString(straight.outputs().trainingLog()));
    assertThat(interrupted.outputs().embedding())
        .hasSameBinaryContentAs(straight.outputs().embedding());
    assertThat(Sha256.ofFolder(interrupted.outputs().checkpoints().resolve("step-6")))
        .isEqualTo(Sha256.ofFolder(straight.outputs().checkpoints().resolve("step-6")));
  }

  private static void crashAfterStep5(Event event) {
    if (event instanceof Event.Step step && step.step() == 5) {
      throw new IllegalStateException("crash");
    }
  }

  /** The base reads the word by its letters: states of the trained word must not be found there. */
  @Test
  void theCacheHoldsWhatTheBaseSaysAlone() throws IOException {
    run(job(Goal.EVALUATE, "shared", alone(inversion(1, false))));
    MethodSettings lora =
        MethodSettings.of(AdapterSettings.lora(2, 2, 0, AdapterSettings.ATTENTION));
    Job shared = job(Goal.EVALUATE, "shared", lora);
    Job fresh = job(Goal.EVALUATE, "fresh", lora);
    run(shared);
    run(fresh);
    assertThat(Files.readString(shared.outputs().trainingLog()))
        .isEqualTo(Files.readString(fresh.outputs().trainingLog()));
    assertThat(Files.readString(shared.outputs().metrics()))
        .isEqualTo(Files.readString(fresh.outputs().metrics()));
  }

  @Test
  void vectorsKeepToTheMedianNorm() throws IOException {
    Job job = job(Goal.FINE_TUNE, "out", alone(inversion(2, true)));
    run(job);
    try (NDManager manager = TestDevice.open();
        Safetensors saved = Safetensors.open(job.outputs().embedding());
        Safetensors base =
            Safetensors.open(
                Golden.FIXTURES.resolve("sd15/pipeline/text_encoder/model.safetensors"))) {
      float[] norms =
          norms(base.read("text_model.embeddings.token_embedding.weight", manager))
              .sort()
              .toFloatArray();
      float median = norms[(norms.length - 1) / 2];
      assertThat(norms(saved.read("<fox>", manager)).toFloatArray())
          .containsExactly(new float[] {median, median}, within(1e-5f));
    }
  }

  private static NDArray norms(NDArray rows) {
    return rows.square().sum(new int[] {1}).sqrt();
  }

  @Test
  void aCaptionWithoutTheWordIsNamed() throws IOException {
    captions("picture");
    assertThatThrownBy(() -> run(job(Goal.FINE_TUNE, "out", alone(inversion(1, false)))))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContainingAll("metadata.jsonl:1: error: found a caption without <fox>");
    assertThat(run(job(Goal.PREPARE_DATASET, "out", alone(inversion(1, false, "{}"))))).hasSize(1);
    // Captions that were fine for one word are not for another.
    captions("<fox>");
    assertThat(run(job(Goal.PREPARE_DATASET, "out", alone(inversion(1, false))))).hasSize(1);
    assertThat(run(job(Goal.PREPARE_DATASET, "out", alone(inversion(1, false))))).isEmpty();
    assertThatThrownBy(() -> run(job(Goal.PREPARE_DATASET, "out", alone(inversion(80, false)))))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining("found a caption of 83 tokens, expected at most 77");
  }
}
