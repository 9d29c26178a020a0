package io.github.sdtune.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.sdtune.evaluate.CaptionMatchingSettings;
import io.github.sdtune.evaluate.EvaluationSettings;
import io.github.sdtune.evaluate.FeatureModel;
import io.github.sdtune.io.Json;
import io.github.sdtune.job.Goal;
import io.github.sdtune.job.Job;
import io.github.sdtune.metric.Metric;
import io.github.sdtune.metric.Metrics;
import io.github.sdtune.metric.NearestPicture;
import io.github.sdtune.metric.Sample;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is measured where the user asks for it: by a CLIP model, and by other captions. */
class OptInMetricsJobTest {
  private static final Path CLIP =
      Path.of("src/test/resources/fixtures/clip/model").toAbsolutePath();

  @TempDir Path folder;

  private Metrics evaluate(Optional<FeatureModel> clip) throws IOException {
    Path pictures = Jobs.pictures(folder.resolve("pictures"));
    Job job = Jobs.job(Goal.EVALUATE, pictures, folder.resolve("out"), Jobs.training(4, 1, 0));
    EvaluationSettings given = job.evaluation();
    EvaluationSettings settings =
        new EvaluationSettings(
            given.seed(),
            given.timesteps(),
            given.batchSize(),
            given.trainingSubset(),
            given.retention(),
            given.classification(),
            given.samples(),
            given.memorisation(),
            Optional.empty(),
            clip,
            clip.map(asked -> new CaptionMatchingSettings(3, 2, 2, 1)));
    new JobRunner(job.withEvaluation(settings), event -> {}).run();
    return Json.read(job.outputs().metrics(), Metrics.class);
  }

  @Test
  void theyAreMeasuredWhereTheyAreAskedForAndChangeNothingElse() throws IOException {
    Metrics without = evaluate(Optional.empty());
    assertThat(without.tuned()).doesNotContainKey("clip.score");
    assertThat(without.fingerprint()).doesNotContainKeys("clip", "caption matching");

    Metrics metrics = evaluate(Optional.of(new FeatureModel("clip", Optional.of(CLIP), "digest")));
    Metric score = metrics.tuned().get("clip.score");
    assertThat(score.items()).hasSameSizeAs(metrics.samples()).containsKey("sample 0");
    assertThat(score.value()).isBetween(-1.0, 1.0);
    assertThat(metrics.tuned().get("clip.imageSimilarity").value()).isBetween(-1.0, 1.0);
    assertThat(metrics.base().get("clip.imageSimilarity").items()).hasSameSizeAs(score.items());
    assertThat(metrics.comparisons()).containsKeys("clip.score", "clip.imageSimilarity");
    assertThat(metrics.fingerprint()).containsKeys("clip", "caption matching");
    assertThat(metrics.tuned().get("captions.accuracy").items()).hasSize(3);
    assertThat(metrics.predictions()).containsEntry("caption matching", 3 * 2 * 2);
    for (Sample sample : metrics.samples()) {
      NearestPicture nearest = sample.nearest().orElseThrow(); // memorisation is measured
      assertThat(folder.resolve("pictures").resolve(nearest.file())).exists();
      assertThat(folder.resolve("out").resolve(nearest.picture())).exists();
      assertThat(nearest.distance()).isPositive();
    }
    assertThat(metrics.tuned().get("validation.loss").value())
        .isCloseTo(without.tuned().get("validation.loss").value(), within(1e-12));
  }
}
