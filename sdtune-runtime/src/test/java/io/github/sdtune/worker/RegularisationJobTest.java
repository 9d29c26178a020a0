package io.github.sdtune.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.dataset.AugmentationSettings;
import io.github.sdtune.io.Json;
import io.github.sdtune.job.Event;
import io.github.sdtune.job.Goal;
import io.github.sdtune.job.Job;
import io.github.sdtune.train.CaptionSettings;
import io.github.sdtune.train.InputPerturbation;
import io.github.sdtune.train.LossSettings;
import io.github.sdtune.train.LossWeighting;
import io.github.sdtune.train.MaskSettings;
import io.github.sdtune.train.NoiseSettings;
import io.github.sdtune.train.OffsetNoise;
import io.github.sdtune.train.PyramidNoise;
import io.github.sdtune.train.TimestepDistribution;
import io.github.sdtune.train.TimestepSettings;
import io.github.sdtune.train.TrainingSettings;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole trainings with everything on that varies data, noise and loss. */
class RegularisationJobTest {
  private static final NoiseSettings NOISE =
      new NoiseSettings(
          Optional.of(new OffsetNoise(0.1, true, 0.1)),
          Optional.of(new PyramidNoise(4, 0.3)),
          Optional.of(new InputPerturbation(0.1, true)),
          new TimestepSettings(10, Optional.of(900), new TimestepDistribution.LogitNormal(0.2, 1)));
  private static final LossSettings LOSS =
      new LossSettings(new LossWeighting.Debiased(), Optional.of(new MaskSettings(0.1, true)));
  private static final CaptionSettings CAPTIONS = new CaptionSettings(0.2, true, 0.2, ",", 1);
  private static final AugmentationSettings AUGMENTATION = new AugmentationSettings(0.5, 3, 0);

  @TempDir Path folder;
  private Path pictures;

  /** Twelve pictures of 48 x 32 pixels with a transparent edge, and captions of tags. */
  @BeforeEach
  void makePictures() throws IOException {
    pictures = Files.createDirectories(folder.resolve("pictures"));
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      BufferedImage image = new BufferedImage(48, 32, BufferedImage.TYPE_INT_ARGB);
      for (int p = 0; p < 48 * 32; p++) {
        int x = p % 48;
        int alpha = x > 8 + i && x < 40 ? 255 : 0;
        image.setRGB(
            x, p / 48, (alpha << 24) | ((i * 20) << 16) | ((x * 5) << 8) | ((p / 6) & 255));
      }
      ImageIO.write(image, "png", pictures.resolve(i + ".png").toFile());
      rows.add(
          "{\"file_name\": \"%d.png\", \"text\": \"picture %d, red, large\", \"split\": \"%s\"}"
              .formatted(i, i, i < 8 ? "train" : "validation"));
    }
    Files.write(pictures.resolve("metadata.jsonl"), rows);
  }

  @Test
  void aRunThatIsResumedWritesTheSameBytes() throws IOException {
    TrainingSettings training = training(NOISE, LOSS, CAPTIONS, AUGMENTATION);
    assertThat(Json.parse(Json.line(training), TrainingSettings.class, "test")).isEqualTo(training);
    Job straight = job("straight", training);
    new JobRunner(straight, event -> {}).run();

    Job interrupted = job("interrupted", training);
    assertThatThrownBy(() -> new JobRunner(interrupted, RegularisationJobTest::crash).run())
        .hasMessage("crash");
    new JobRunner(interrupted, event -> {}).run();
    assertThat(interrupted.outputs().adapter())
        .hasSameBinaryContentAs(straight.outputs().adapter());
    assertThat(Files.readString(interrupted.outputs().trainingLog()))
        .isEqualTo(Files.readString(straight.outputs().trainingLog()));
  }

  private static void crash(Event event) {
    if (event instanceof Event.Step step && step.step() == 5) {
      throw new IllegalStateException("crash");
    }
  }

  /** Of the base model, before the first step: nothing of all this gets into a validation. */
  @Test
  void validationSeesNoneOfIt() throws IOException {
    TrainingSettings plain = Jobs.training(2, 1, 0);
    String expected = firstValidation(job("plain", plain));
    assertThat(firstValidation(job("varied", training(NOISE, LOSS, CAPTIONS, AUGMENTATION))))
        .isEqualTo(expected);
  }

  private static String firstValidation(Job job) throws IOException {
    new JobRunner(job, event -> {}).run();
    return Files.readAllLines(job.outputs().trainingLog()).get(0);
  }

  /** An option that changes nothing is a defect. */
  @Test
  void eachPartChangesWhatIsTrained() throws IOException {
    TrainingSettings plain = Jobs.training(2, 1, 0);
    List<TrainingSettings> variants =
        List.of(
            plain,
            training(NOISE, plain.loss(), plain.captions(), plain.augmentation()),
            training(plain.noise(), LOSS, plain.captions(), plain.augmentation()),
            training(plain.noise(), plain.loss(), CAPTIONS, plain.augmentation()),
            training(plain.noise(), plain.loss(), plain.captions(), AUGMENTATION));
    List<String> logs = new ArrayList<>();
    for (int i = 0; i < variants.size(); i++) {
      Job job = job("variant" + i, variants.get(i));
      new JobRunner(job, event -> {}).run();
      logs.add(Files.readString(job.outputs().trainingLog()));
    }
    assertThat(logs).doesNotHaveDuplicates();
  }

  @Test
  void whatDoesNotFitTheModelIsSaidTogetherBeforeAnythingStarts() {
    NoiseSettings beyond =
        new NoiseSettings(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            new TimestepSettings(0, Optional.of(2000), new TimestepDistribution.Uniform()));
    LossSettings velocities = LossSettings.weighted(new LossWeighting.LikeEpsilon());
    Job job = job("out", training(beyond, velocities, CAPTIONS, AUGMENTATION));
    List<Event> events = new ArrayList<>();
    assertThatThrownBy(() -> new JobRunner(job, events::add).run())
        .hasMessageContainingAll("<lossWeighting>: found like-epsilon", "<maxTimestep>");
    assertThat(events).noneMatch(event -> event instanceof Event.Progress);
  }

  private Job job(String output, TrainingSettings training) {
    return Jobs.job(Goal.FINE_TUNE, pictures, folder.resolve(output), training);
  }

  private static TrainingSettings training(
      NoiseSettings noise,
      LossSettings loss,
      CaptionSettings captions,
      AugmentationSettings augmentation) {
    TrainingSettings plain = Jobs.training(2, 1, 0);
    return new TrainingSettings(
        plain.method(),
        plain.learningRate(),
        plain.schedule(),
        plain.optimizer(),
        plain.maxSteps(),
        plain.batchSize(),
        plain.gradientAccumulation(),
        plain.maxGradNorm(),
        noise,
        loss,
        captions,
        augmentation,
        plain.emaDecay(),
        plain.validationInterval(),
        plain.earlyStopping(),
        plain.seed(),
        plain.memory(),
        plain.priorPreservation());
  }
}
