package io.github.sdtune.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.dataset.Buckets;
import io.github.sdtune.dataset.Colour;
import io.github.sdtune.dataset.Concepts;
import io.github.sdtune.dataset.DatasetSettings;
import io.github.sdtune.dataset.Pictures;
import io.github.sdtune.io.Json;
import io.github.sdtune.job.Event;
import io.github.sdtune.job.Goal;
import io.github.sdtune.job.Job;
import io.github.sdtune.train.AdamW;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole trainings on pictures of three aspect ratios. */
class BucketsJobTest {
  private static final Optional<Buckets> BUCKETS = Optional.of(new Buckets(16, 64, 8, true));

  @TempDir Path folder;
  private Path pictures;

  @BeforeEach
  void makePictures() throws IOException {
    pictures = Files.createDirectories(folder.resolve("pictures"));
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      int width = List.of(32, 48, 24).get(i % 3);
      int height = List.of(32, 24, 48).get(i % 3);
      int[] rgb = new int[width * height];
      for (int p = 0; p < rgb.length; p++) {
        rgb[p] = (i * 20) << 16 | (p % width * 5) << 8 | (p / width * 5);
      }
      Pictures.writePng(pictures.resolve(i + ".png"), rgb, width, height);
      rows.add(
          "{\"file_name\": \"%d.png\", \"text\": \"picture %d\", \"class\": \"%s\", \"split\": \"%s\"}"
              .formatted(i, i, i % 2 == 0 ? "even" : "odd", i < 8 ? "train" : "validation"));
    }
    Files.write(pictures.resolve("metadata.jsonl"), rows);
  }

  @Test
  void aRunThatIsResumedWritesTheSameBytesAndItsModelIsMeasured() throws IOException {
    Job straight = job("straight", BUCKETS);
    new JobRunner(straight, event -> {}).run();
    Job interrupted = job("interrupted", BUCKETS);
    assertThatThrownBy(() -> new JobRunner(interrupted, BucketsJobTest::crash).run())
        .hasMessage("crash");
    new JobRunner(interrupted, event -> {}).run();
    assertThat(interrupted.outputs().adapter())
        .hasSameBinaryContentAs(straight.outputs().adapter());
    assertThat(Files.readString(interrupted.outputs().trainingLog()))
        .isEqualTo(Files.readString(straight.outputs().trainingLog()));
    assertThat(Json.parse(Json.line(straight), Job.class, "test")).isEqualTo(straight);
  }

  private static void crash(Event event) {
    if (event instanceof Event.Step step && step.step() == 3) {
      throw new IllegalStateException("crash");
    }
  }

  @Test
  void squaresAreAnotherTraining() throws IOException {
    Job buckets = job("buckets", BUCKETS);
    Job squares = job("squares", Optional.empty());
    for (Job job : List.of(buckets, squares)) {
      new JobRunner(job, event -> {}).run();
    }
    List<String> first = Files.readAllLines(buckets.outputs().trainingLog());
    List<String> other = Files.readAllLines(squares.outputs().trainingLog());
    assertThat(first).isNotEqualTo(other);
    assertThat(first.get(0)).isEqualTo(other.get(0)); // the base is measured on the same squares
  }

  private Job job(String output, Optional<Buckets> buckets) {
    Job job =
        Jobs.job(
            Goal.FINE_TUNE,
            pictures,
            folder.resolve(output),
            Jobs.training(2, 1e-2, AdamW.Settings.DEFAULTS));
    DatasetSettings settings = job.dataset();
    return new Job(
        job.goal(),
        job.artifact(),
        job.base(),
        new DatasetSettings(
            settings.directory(),
            32,
            "text",
            "class",
            0,
            0,
            1_000_000,
            16,
            Optional.empty(),
            Colour.WHITE,
            buckets,
            Concepts.NONE),
        job.training(),
        job.evaluation(),
        job.outputDirectory(),
        job.cacheDirectory(),
        job.device());
  }
}
