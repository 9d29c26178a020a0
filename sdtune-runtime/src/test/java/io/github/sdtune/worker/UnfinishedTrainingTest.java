package io.github.sdtune.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.Json;
import io.github.sdtune.job.BaseModel;
import io.github.sdtune.job.Event;
import io.github.sdtune.job.Goal;
import io.github.sdtune.job.Job;
import io.github.sdtune.job.ResolvedConfiguration;
import io.github.sdtune.job.ResolvedConfiguration.Option;
import io.github.sdtune.train.AdamW;
import io.github.sdtune.train.Safeguards;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training that was interrupted after step 4 of 6, and what has changed since. */
class UnfinishedTrainingTest {
  @TempDir Path folder;
  private Path pictures;

  @BeforeEach
  void interrupt() throws IOException {
    pictures = Jobs.pictures(folder.resolve("pictures"));
    assertThatThrownBy(() -> new JobRunner(job(1e-2), JobRunnerTest::crashAfterStep5).run())
        .hasMessage("crash");
  }

  private Job job(double learningRate) {
    return job(learningRate, "digest of tiny", Safeguards.LATEST);
  }

  private Job job(double learningRate, String base, String resumeFrom) {
    Job job =
        Jobs.job(
            Goal.FINE_TUNE,
            pictures,
            folder.resolve("out"),
            Jobs.training(2, learningRate, AdamW.Settings.DEFAULTS));
    Map<String, Option> options = new TreeMap<>();
    options.put("training.learningRate", new Option(learningRate, "POM"));
    options.put("training.checkpointing.keep", new Option(resumeFrom.length(), "POM"));
    return new Job(
        job.goal(),
        job.artifact(),
        new BaseModel(job.base().name(), job.base().directory(), base),
        job.dataset(),
        job.training(),
        job.evaluation(),
        job.outputDirectory(),
        job.cacheDirectory(),
        job.device(),
        new ResolvedConfiguration(options),
        Safeguards.DEFAULTS.withResumeFrom(resumeFrom));
  }

  private static List<Event> run(Job job) throws IOException {
    List<Event> events = new ArrayList<>();
    new JobRunner(job, events::add).run();
    return events;
  }

  private static AbstractThrowableAssert<?, ?> assertRefused(Job job) {
    List<Event> events = new ArrayList<>();
    AbstractThrowableAssert<?, ?> refused =
        assertThatThrownBy(() -> new JobRunner(job, events::add).run())
            .isInstanceOf(SdtuneException.class);
    assertThat(job.outputs().checkpoints().resolve("step-4")).exists();
    assertThat(events).as("nothing is encoded").noneMatch(Event.Progress.class::isInstance);
    return refused;
  }

  @Test
  void aChangedSettingIsRefusedWithBothValues() throws IOException {
    assertRefused(job(2e-2))
        .hasMessageContainingAll(
            "interrupted after step 4", "checkpoints/step-4", "-Dsdtune.resumeFrom=none")
        .hasMessageEndingWith("What differs:\n  <training><learningRate>: was 0.01, is 0.02");
    assertThat(run(job(1e-2)))
        .contains(new Event.Phase("goes on after step 4, from the last checkpoint"));
  }

  @Test
  void anotherBaseIsRefusedWithBothDigests() {
    assertRefused(job(1e-2, "another digest", Safeguards.LATEST))
        .hasMessageEndingWith(
            "What differs:\n  base model: was tiny (digest of tiny), is tiny (another digest)");
  }

  @Test
  void picturesAndCaptionsAreCounted() throws IOException {
    Path rows = pictures.resolve("metadata.jsonl");
    List<String> lines = new ArrayList<>(Files.readAllLines(rows));
    lines.set(1, lines.get(1).replace("picture 1", "another"));
    lines.set(2, lines.get(2).replace("picture 2", "a third"));
    lines.remove(0);
    Files.delete(pictures.resolve("0.png"));
    Files.move(pictures.resolve("11.png"), pictures.resolve("12.png"));
    lines.set(10, lines.get(10).replace("11.png", "12.png"));
    Files.write(rows, lines);
    assertRefused(job(1e-2))
        .hasMessageEndingWith(
            "pictures and captions: 1 pictures added, 2 pictures removed, 2 captions changed");
  }

  @Test
  void whoeverSaysSoBeginsAnew() throws IOException {
    assertThat(run(job(2e-2, "digest of tiny", Safeguards.NONE)))
        .noneMatch(event -> event.toString().contains("goes on after"));
    try (var names = Files.list(job(0.1).outputs().checkpoints())) {
      assertThat(names.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("step-4", "step-6", "run.json");
    }
  }

  @Test
  void aTrainingThatIsFinishedIsMadeAgain() throws IOException {
    run(job(1e-2));
    assertThat(run(job(2e-2))).filteredOn(Event.Step.class::isInstance).hasSize(6);
  }

  @Test
  void aCheckpointThatIsAskedForMustBeThere() throws IOException {
    assertRefused(job(1e-2, "digest of tiny", "step-3"))
        .hasMessageContainingAll("found step-3, which is not there", "step-4, step-2");
    assertThat(run(job(1e-2, "digest of tiny", "step-2")))
        .contains(new Event.Phase("goes on after step 2, from the checkpoint step-2"));
  }

  /** As a worker is told it. */
  @Test
  void theRequestSaysHowATrainingIsGuarded() {
    Job job = job(1e-2, "digest of tiny", "step-2");
    assertThat(Json.parse(Json.line(job), Job.class, "test").safeguards())
        .isEqualTo(job.safeguards());
  }
}
