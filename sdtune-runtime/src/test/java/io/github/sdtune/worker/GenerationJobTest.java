package io.github.sdtune.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.sdtune.evaluate.EvaluationSettings;
import io.github.sdtune.evaluate.FeatureModel;
import io.github.sdtune.evaluate.GenerationSettings;
import io.github.sdtune.io.Json;
import io.github.sdtune.job.Goal;
import io.github.sdtune.job.Job;
import io.github.sdtune.metric.Metric;
import io.github.sdtune.metric.Metrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures that are drawn to be compared with real ones, in a real feature network. */
class GenerationJobTest {
  private static final Path NETWORK =
      Path.of("../sdtune-models/efficientnet-lite0/src/main/model").toAbsolutePath();

  @TempDir Path folder;

  /** Trains once; measures each time. */
  private Metrics evaluate(Path pictures, int batchSize) throws IOException {
    Job job = Jobs.job(Goal.EVALUATE, pictures, folder.resolve("out"), Jobs.training(4, 1, 0));
    EvaluationSettings given = job.evaluation();
    EvaluationSettings settings =
        new EvaluationSettings(
            given.seed(),
            given.timesteps(),
            batchSize,
            given.trainingSubset(),
            given.retention(),
            given.classification(),
            given.samples(),
            given.memorisation(),
            Optional.of(
                new GenerationSettings(
                    6, 2, 3, "", 7, new FeatureModel("lite0", Optional.of(NETWORK), "digest"))),
            Optional.empty(),
            Optional.empty());
    Files.deleteIfExists(job.outputs().stamp(Goal.EVALUATE));
    new JobRunner(job.withEvaluation(settings), event -> {}).run();
    return Json.read(job.outputs().metrics(), Metrics.class);
  }

  @Test
  void drawnPicturesAreComparedWithRealOnesWhateverTheBatch() throws IOException {
    Path pictures = Jobs.pictures(folder.resolve("pictures"));
    Metrics metrics = evaluate(pictures, 4);
    Map<String, Metric> tuned = metrics.tuned();
    assertThat(tuned)
        .containsKeys(
            "generated.kid",
            "generated.fid",
            "generated.f1",
            "generated.coverage",
            "generated.diversity",
            "generated.memorisedFraction",
            "generated.accuracy",
            "generated.macroF1",
            "generated.relativeAccuracy");
    assertThat(tuned.get("generated.kid").sample()).contains(6);
    assertThat(tuned.get("generated.accuracy").items()).hasSize(6);
    // Three captions, each drawn twice; of one network the reals are the same for base and tuned.
    assertThat(tuned.get("generated.diversity").items()).hasSize(3);
    assertThat(metrics.base().get("generated.realAccuracy"))
        .isEqualTo(tuned.get("generated.realAccuracy"));
    assertThat(metrics.comparisons()).containsKeys("generated.accuracy", "generated.diversity");
    assertThat(metrics.fingerprint()).containsKey("generation");

    Metrics again = evaluate(pictures, 1);
    for (String name : tuned.keySet()) {
      assertThat(again.tuned().get(name).value())
          .as(name)
          .isCloseTo(
              tuned.get(name).value(), within(1e-3 + 1e-3 * Math.abs(tuned.get(name).value())));
    }
  }
}
