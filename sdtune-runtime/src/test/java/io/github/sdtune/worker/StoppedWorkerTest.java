package io.github.sdtune.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdtune.io.Json;
import io.github.sdtune.job.Event;
import io.github.sdtune.job.Goal;
import io.github.sdtune.job.Job;
import io.github.sdtune.job.JobError;
import io.github.sdtune.train.CheckpointSettings;
import io.github.sdtune.train.Safeguards;
import io.github.sdtune.train.TrainingSettings;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A worker that is ended from outside, as a user, a CI server or a crash of Maven ends it. */
@Timeout(120)
@DisabledOnOs(OS.WINDOWS)
class StoppedWorkerTest {
  @TempDir Path folder;
  private Path pictures;

  @BeforeEach
  void makePictures() throws IOException {
    pictures = Jobs.pictures(folder.resolve("pictures"));
  }

  /** So many steps that it does not end by itself, and no validation before the last. */
  private Job endless() {
    return Jobs.job(Goal.FINE_TUNE, pictures, folder.resolve("out"), steps(1_000_000));
  }

  private static TrainingSettings steps(int count) {
    return Json.parse(
        Json.line(Jobs.training(2, 1, 0))
            .replace("\"maxSteps\":6", "\"maxSteps\":" + count)
            .replace("\"validationInterval\":2", "\"validationInterval\":" + count),
        TrainingSettings.class,
        "test");
  }

  private static boolean isThirdStep(Event event) {
    return event instanceof Event.Step step && step.step() == 3;
  }

  private static int lastStep(WorkerProcess worker) {
    return worker.events.stream()
        .filter(Event.Step.class::isInstance)
        .mapToInt(event -> ((Event.Step) event).step())
        .max()
        .orElseThrow();
  }

  @Test
  void aSignalFinishesTheStepAndSavesAndSaysHowToGoOn() throws Exception {
    Job job = endless();
    try (WorkerProcess worker = new WorkerProcess(job)) {
      worker.await(StoppedWorkerTest::isThirdStep);
      worker.signal();
      assertThat(worker.exit()).isEqualTo(143);
      int last = lastStep(worker);
      assertThat(job.outputs().checkpoints().resolve("step-" + last)).exists();
      assertThat(worker.lines).anyMatch(line -> line.contains("SIGTERM: the training ends after"));
      assertThat(Json.read(job.files().error(), JobError.class).message())
          .isEqualTo(
              "the training was stopped after step %d of 1000000, and saved: run the same goal again, and it goes on from there"
                  .formatted(last));
    }
  }

  @Test
  void theEndOfTheBuildDoesSoToo() throws Exception {
    Job job = endless();
    try (WorkerProcess worker = new WorkerProcess(job)) {
      worker.await(StoppedWorkerTest::isThirdStep);
      worker.process.getOutputStream().close(); // as the system does it when Maven is killed
      assertThat(worker.exit()).isEqualTo(143);
      assertThat(job.outputs().checkpoints().resolve("step-" + lastStep(worker))).exists();
    }
    try (WorkerProcess next = new WorkerProcess(job)) {
      next.await(event -> event.toString().contains("goes on after step"));
    }
  }

  @Test
  void aSecondSignalEndsItAtOnce() throws Exception {
    Job job = Jobs.job(Goal.FINE_TUNE, pictures, folder.resolve("out"), oneLongStep());
    try (WorkerProcess worker = new WorkerProcess(job)) {
      worker.await(Event.Validation.class::isInstance);
      worker.signal();
      worker.await(event -> event.toString().contains("a second one ends it at once"));
      assertThat(worker.process.isAlive()).isTrue();
      worker.signal();
      assertThat(worker.exit()).isEqualTo(143);
      assertThat(job.outputs().checkpoints().resolve("step-1")).doesNotExist();
    }
  }

  private static TrainingSettings oneLongStep() {
    return Jobs.training(2, 50_000, 0);
  }

  @Test
  void aStepThatHangsIsEndedWithAllThreadsInTheLog() throws Exception {
    Job job =
        endless()
            .withSafeguards(new Safeguards(CheckpointSettings.DEFAULTS, 1e-3, Safeguards.LATEST));
    try (WorkerProcess worker = new WorkerProcess(job)) {
      assertThat(worker.exit()).isEqualTo(1);
      assertThat(Json.read(job.files().error(), JobError.class).message())
          .matches(
              "step 1 \\(pictures and timesteps: .*png at .*\\) has not ended .* in its log.*");
      assertThat(worker.lines)
          .contains("all threads:")
          .anyMatch(line -> line.startsWith("\"main\" "))
          .anyMatch(line -> line.contains("io.github.sdtune.train.TrainingStep.run"));
    }
  }

  @Test
  void withNothingToSaveItEndsAtOnce() throws Exception {
    Job job = endless();
    try (WorkerProcess worker = new WorkerProcess(job)) {
      worker.await(event -> event.toString().contains("prepare-dataset"));
      worker.signal();
      assertThat(worker.exit()).isEqualTo(143);
      assertThat(job.outputs().checkpoints()).doesNotExist();
      assertThat(worker.events).noneMatch(Event.Step.class::isInstance);
    }
  }
}
