package io.github.sdtune.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.dataset.Manifest;
import io.github.sdtune.evaluate.MeasuredPictures;
import io.github.sdtune.io.Json;
import io.github.sdtune.job.Event;
import io.github.sdtune.job.Goal;
import io.github.sdtune.job.Job;
import io.github.sdtune.job.PlanJob;
import io.github.sdtune.job.Request;
import io.github.sdtune.method.FullSettings;
import io.github.sdtune.plan.CostEstimate;
import io.github.sdtune.plan.Probe;
import io.github.sdtune.selection.Rule;
import io.github.sdtune.train.TrainingSettings;
import io.github.sdtune.worker.Calibration.Size;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Estimates of a real, tiny training. */
class EstimateCostTest {
  @TempDir Path folder;
  private Path pictures;

  @BeforeEach
  void makePictures() throws IOException {
    pictures = Jobs.pictures(folder.resolve("pictures"));
  }

  private Job job(String output, TrainingSettings training) {
    return Jobs.job(Goal.FINE_TUNE, pictures, folder.resolve(output), training);
  }

  private static CostEstimate estimate(Job job) throws IOException {
    PlanJob request = (PlanJob) Json.parse(Json.line(new PlanJob(job)), Request.class, "test");
    new EstimateCost(request, event -> {}).run();
    assertThat(job.outputs().weights()).doesNotExist();
    assertThat(job.outputs().checkpoints()).doesNotExist();
    assertThat(job.outputs().stamp(Goal.FINE_TUNE)).doesNotExist();
    return Json.read(job.outputs().costEstimate(), CostEstimate.class);
  }

  @Test
  void countsWhatTheTrainingWillDo() throws IOException {
    Job job = job("out", Jobs.training(2, 1, 0));
    CostEstimate estimate = estimate(job);
    int interval = job.training().validationInterval();
    int steps = job.training().maxSteps();
    assertThat(estimate.steps()).isEqualTo(steps);
    assertThat(estimate.validations()).isEqualTo(1 + (steps + interval - 1) / interval);
    assertThat(estimate.stepSeconds()).isPositive();
    assertThat(estimate.validationSeconds()).isPositive();
    assertThat(estimate.encodingSeconds()).isPositive();
    Probe last = estimate.probes().get(estimate.probes().size() - 1);
    assertThat(last.rows()).isEqualTo(2);
  }

  /** 4 held out and 3 trained on at 2 timesteps, 2 to classify in 2 classes at 2 timesteps. */
  @Test
  void countsThePredictionsOfAValidation() throws IOException {
    Job job = job("out", Jobs.training(2, 1, 0));
    new JobRunner(job.withGoal(Goal.PREPARE_DATASET), event -> {}).run();
    Manifest manifest = Json.read(job.outputs().manifest(), Manifest.class);
    assertThat(
            MeasuredPictures.predictionsAtValidation(manifest, Optional.empty(), job.evaluation()))
        .isEqualTo((4 + 3) * 2 + 2 * 2 * 2);
  }

  @Test
  void whatIsInTheCacheCostsNothing() throws IOException {
    Job job = job("out", Jobs.training(2, 1, 0));
    new JobRunner(job.withGoal(Goal.FINE_TUNE), event -> {}).run();
    Job again = job.withTraining(Jobs.training(4, 1, 0));
    new EstimateCost(new PlanJob(again), event -> {}).run();
    assertThat(Json.read(job.outputs().costEstimate(), CostEstimate.class).encodingSeconds())
        .isZero();
  }

  /** Pictures for a test are neither trained on nor measured. */
  @Test
  void whatIsNeverEncodedCostsNothing() throws IOException {
    Path metadata = pictures.resolve("metadata.jsonl");
    String split = Files.readString(metadata);
    for (int i = 9; i < 12; i++) {
      String row = split.lines().skip(i).findFirst().orElseThrow();
      split = split.replace(row, row.replace("\"validation\"", "\"test\""));
    }
    Files.writeString(metadata, split);
    whatIsInTheCacheCostsNothing();
  }

  @Test
  void theTrainingIsTheSameAfterwards() throws IOException {
    Job estimated = job("estimated", Jobs.training(2, 2, 0.9));
    estimate(estimated);
    Job plain = job("plain", Jobs.training(2, 2, 0.9));
    for (Job job : List.of(estimated, plain)) {
      new JobRunner(job, event -> {}).run();
    }
    assertThat(Files.readAllBytes(estimated.outputs().adapter()))
        .isEqualTo(Files.readAllBytes(plain.outputs().adapter()));
  }

  @Test
  void eachKindOfTrainingIsEstimated() throws IOException {
    FullSettings decoder =
        new FullSettings(List.of(Rule.of("test", Part.VAE, List.of("decoder.*"))));
    CostEstimate ofDecoder = estimate(job("decoder", Jobs.full(decoder, 0)));
    CostEstimate ofWhole = estimate(job("whole", Jobs.full(FullSettings.UNET, 0.9)));
    for (CostEstimate estimate : List.of(ofDecoder, ofWhole)) {
      assertThat(estimate.seconds()).isPositive();
      assertThat(estimate.probes()).hasSizeGreaterThanOrEqualTo(2);
    }
  }

  @Test
  void tellsWhatItTries() throws IOException {
    List<Event> events = new ArrayList<>();
    new EstimateCost(new PlanJob(job("out", Jobs.training(2, 1, 0))), events::add).run();
    assertThat(events)
        .filteredOn(e -> e instanceof Event.Phase p && p.text().startsWith("a step with latents"))
        .hasSizeGreaterThanOrEqualTo(2)
        .doesNotHaveDuplicates();
  }

  /** One in a shard: 1 s; eight: 1.7 s. So each takes 0.1 s, and a shard of 64 another 0.9 s. */
  @Test
  void aShardIsWrittenOnceForAllThatIsInIt() {
    Encoding encoding = Encoding.of(1, 1.7);
    assertThat(encoding.seconds(0)).isZero();
    assertThat(encoding.seconds(64)).isCloseTo(6.4 + 0.9, within(1e-9));
    assertThat(encoding.seconds(65)).isCloseTo(6.5 + 1.8, within(1e-9));
  }

  @Test
  void batchesGrowUpToWhatIsWanted() {
    assertThat(Calibration.ladder(new Size(4, 64, 48), 8))
        .containsExactly(
            new Size(1, 16, 16),
            new Size(1, 32, 24),
            new Size(1, 64, 48),
            new Size(2, 64, 48),
            new Size(4, 64, 48));
    assertThat(Calibration.ladder(new Size(1, 8, 8), 8)).containsExactly(new Size(1, 8, 8));
    assertThat(Calibration.ladder(new Size(3, 8, 8), 0))
        .containsExactly(new Size(1, 8, 8), new Size(2, 8, 8), new Size(3, 8, 8));
  }
}
