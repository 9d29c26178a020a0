package io.github.sdtune.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdtune.adapter.AdapterSettings;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.io.Json;
import io.github.sdtune.job.Event;
import io.github.sdtune.job.FindLearningRateJob;
import io.github.sdtune.job.Goal;
import io.github.sdtune.job.Job;
import io.github.sdtune.job.Request;
import io.github.sdtune.search.RangeTest;
import io.github.sdtune.search.RangeTestSettings;
import io.github.sdtune.train.AdamW;
import io.github.sdtune.train.TrainingSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Range tests of a real, tiny training. */
class FindLearningRateTest {
  private static final RangeTestSettings RANGE = new RangeTestSettings(1e-5, 10, 30, 4);

  @TempDir Path folder;
  private Path pictures;

  @BeforeEach
  void makePictures() throws IOException {
    pictures = Jobs.pictures(folder.resolve("pictures"));
  }

  private RangeTest run(String output, TrainingSettings training, RangeTestSettings range)
      throws IOException {
    Job job = Jobs.job(Goal.FINE_TUNE, pictures, folder.resolve(output), training);
    FindLearningRateJob request =
        (FindLearningRateJob)
            Json.parse(Json.line(new FindLearningRateJob(job, range)), Request.class, "test");
    new FindLearningRate(request, event -> {}).run();
    assertThat(job.outputs().weights()).doesNotExist();
    assertThat(job.outputs().checkpoints()).doesNotExist();
    assertThat(job.outputs().stamp(Goal.FINE_TUNE)).doesNotExist();
    return Json.read(job.outputs().rangeTest(), RangeTest.class);
  }

  private static TrainingSettings training(double learningRate) {
    return Jobs.training(2, learningRate, AdamW.Settings.DEFAULTS);
  }

  @Test
  void aRateThatIsFarTooLowChangesNothingAndOneFarTooHighSpoilsAll() throws IOException {
    RangeTestSettings wide = new RangeTestSettings(1e-6, 1e6, 40, 4);
    RangeTest test = run("out", training(1e-4), wide);
    assertThat(test.points().get(0).loss() / test.baseLoss()).isBetween(0.9999, 1.0001);
    assertThat(test.points()).anyMatch(point -> point.loss() < 0.98 * test.baseLoss());
    assertThat(test.diverged()).isTrue();
    assertThat(test.points()).hasSizeBetween(10, 39);
  }

  /** The same draws each time: only the weights make a difference, to the last bit. */
  @Test
  void lossesAreMeasuredOnTheSameDraws() throws IOException {
    RangeTestSettings still = new RangeTestSettings(1e-30, 1e-29, 20, 4);
    RangeTest test = run("out", training(1e-4), still);
    assertThat(test.points()).allMatch(point -> point.loss() == test.baseLoss());
    assertThat(run("again", training(1e-4), RANGE)).isEqualTo(run("twice", training(1e-4), RANGE));
  }

  /** The rate of the POM is what rates of rules are relative to, and nothing else. */
  @Test
  void rulesKeepTheirProportionAndFrozenOnesMoveFromTheStart() throws IOException {
    RangeTest plain = run("plain", training(1e-4), RANGE);
    assertThat(run("other", training(5e-3), RANGE)).isEqualTo(plain);
    assertThat(run("alike", withRule(1e-4, 1e-4, 0), RANGE)).isEqualTo(plain);
    assertThat(run("frozen", withRule(1e-4, 1e-4, 1000), RANGE)).isEqualTo(plain);
    RangeTest slower = run("slower", withRule(1e-4, 1e-5, 0), RANGE);
    assertThat(slower).isNotEqualTo(plain);
    assertThat(run("slower too", withRule(1e-3, 1e-4, 0), RANGE)).isEqualTo(slower);
  }

  private static TrainingSettings withRule(double learningRate, double ofRule, int firstStep) {
    TrainingSettings training = training(learningRate);
    AdapterSettings adapter = training.method().adapter().orElseThrow();
    String json = Json.line(training);
    String rule = Json.line(adapter.rules().get(0));
    assertThat(json).contains(rule).contains("\"firstStep\":0");
    String changed =
        rule.replace("\"firstStep\":0", "\"firstStep\":" + firstStep)
            .replaceFirst("\\{", "{\"learningRate\":" + ofRule + ",");
    assertThat(adapter.rules().get(0).part()).isEqualTo(Part.UNET);
    return Json.parse(json.replace(rule, changed), TrainingSettings.class, "test");
  }

  @Test
  void tellsHowFarItIs() throws IOException {
    Job job = Jobs.job(Goal.FINE_TUNE, pictures, folder.resolve("out"), training(1e-4));
    List<Event> events = new ArrayList<>();
    new FindLearningRate(new FindLearningRateJob(job, RANGE), events::add).run();
    assertThat(events)
        .filteredOn(e -> e instanceof Event.Progress p && p.what().endsWith("trying rates"))
        .hasSizeGreaterThan(20);
    assertThat(job.outputs().rangeTest().getParent())
        .isDirectoryContaining("glob:**range-test.json");
  }
}
