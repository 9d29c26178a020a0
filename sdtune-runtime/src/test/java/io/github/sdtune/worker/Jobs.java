package io.github.sdtune.worker;

import io.github.sdtune.adapter.AdapterSettings;
import io.github.sdtune.dataset.AugmentationSettings;
import io.github.sdtune.dataset.DatasetSettings;
import io.github.sdtune.dataset.Pictures;
import io.github.sdtune.evaluate.ClassificationSettings;
import io.github.sdtune.evaluate.EvaluationSettings;
import io.github.sdtune.evaluate.MemorisationSettings;
import io.github.sdtune.evaluate.RetentionSettings;
import io.github.sdtune.evaluate.SampleSettings;
import io.github.sdtune.job.BaseModel;
import io.github.sdtune.job.Goal;
import io.github.sdtune.job.Job;
import io.github.sdtune.method.FullSettings;
import io.github.sdtune.method.MethodSettings;
import io.github.sdtune.model.Precision;
import io.github.sdtune.tensor.Compute;
import io.github.sdtune.tensor.TestDevice;
import io.github.sdtune.train.AdamW;
import io.github.sdtune.train.CaptionSettings;
import io.github.sdtune.train.EarlyStoppingSettings;
import io.github.sdtune.train.LearningRateSchedule;
import io.github.sdtune.train.LossSettings;
import io.github.sdtune.train.MemorySettings;
import io.github.sdtune.train.NoiseSettings;
import io.github.sdtune.train.OptimizerSettings;
import io.github.sdtune.train.ScheduleSettings;
import io.github.sdtune.train.TrainingSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Small jobs on a tiny random model and made-up pictures. */
final class Jobs {
  private static final Path BASE = Path.of("src/test/resources/fixtures/sd15/pipeline");

  private Jobs() {}

  /** Twelve pictures of two classes, two thirds of them to train on. */
  static Path pictures(Path folder) throws IOException {
    Files.createDirectories(folder);
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      int[] rgb = new int[32 * 32];
      for (int p = 0; p < rgb.length; p++) {
        int red = i * 20;
        int green = (p % 32) * 8;
        int blue = i % 2 == 0 ? 255 : p / 4;
        rgb[p] = (red << 16) | (green << 8) | blue;
      }
      Pictures.writePng(folder.resolve(i + ".png"), rgb, 32, 32);
      rows.add(
          "{\"file_name\": \"%d.png\", \"text\": \"picture %d\", \"class\": \"%s\", \"split\": \"%s\"}"
              .formatted(i, i, i % 2 == 0 ? "even" : "odd", i < 8 ? "train" : "validation"));
    }
    Files.write(folder.resolve("metadata.jsonl"), rows);
    return folder;
  }

  /** Five other pictures, of what the base knew before. */
  static Path knownPictures(Path folder) throws IOException {
    Files.createDirectories(folder);
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      int[] rgb = new int[32 * 32];
      Arrays.fill(rgb, 0x102030 * (i + 1));
      Pictures.writePng(folder.resolve(i + ".png"), rgb, 32, 32);
      rows.add("{\"file_name\": \"%d.png\", \"text\": \"something known\"}".formatted(i));
    }
    Files.write(folder.resolve("metadata.jsonl"), rows);
    return folder;
  }

  /** The same job with pictures of what the base knew before, and all else at validations. */
  static Job withRetention(Job job, Path known, int pictures) {
    EvaluationSettings settings = job.evaluation();
    return job.withEvaluation(
        new EvaluationSettings(
            settings.seed(),
            settings.timesteps(),
            settings.batchSize(),
            settings.trainingSubset(),
            Optional.of(new RetentionSettings(known, "text", pictures)),
            settings.classification(),
            settings.samples(),
            new MemorisationSettings(3, true)));
  }

  static Job job(Goal goal, Path pictures, Path output, TrainingSettings training) {
    EvaluationSettings evaluation =
        new EvaluationSettings(
            0,
            2,
            4,
            3,
            Optional.empty(),
            new ClassificationSettings("a {class} picture", 2, 4, 2, 2, 1),
            new SampleSettings(List.of(), 2, 2, 3, "", 0),
            new MemorisationSettings(3, false));
    return job(goal, pictures, output, training, evaluation);
  }

  static Job job(
      Goal goal,
      Path pictures,
      Path output,
      TrainingSettings training,
      EvaluationSettings evaluation) {
    return new Job(
        goal,
        "com.example:tiny:1.0",
        new BaseModel("tiny", BASE.toAbsolutePath(), "digest of tiny"),
        new DatasetSettings(pictures, 32, "text", "class", 0, 0, 1_000_000, 16, Optional.empty()),
        training,
        evaluation,
        output,
        output.resolveSibling("cache"),
        TestDevice.NAME);
  }

  /** The same job on another model. */
  static Job withBase(Job job, Path base) {
    return new Job(
        job.goal(),
        job.artifact(),
        new BaseModel("another", base.toAbsolutePath(), "digest of " + base),
        job.dataset(),
        job.training(),
        job.evaluation(),
        job.outputDirectory(),
        job.cacheDirectory(),
        job.device());
  }

  static TrainingSettings training(int batchSize, int gradientAccumulation, double emaDecay) {
    Optional<Double> ema = emaDecay == 0 ? Optional.empty() : Optional.of(emaDecay);
    return training(2, 1e-2, AdamW.Settings.DEFAULTS, batchSize, gradientAccumulation, ema);
  }

  static TrainingSettings training(int rank, double learningRate, OptimizerSettings optimizer) {
    return training(rank, learningRate, optimizer, 2, 1, Optional.empty());
  }

  static TrainingSettings training(MethodSettings method) {
    return training(method, 1e-2, AdamW.Settings.DEFAULTS, 2, 1, Optional.empty());
  }

  static TrainingSettings full(FullSettings full, double emaDecay) {
    Optional<Double> ema = emaDecay == 0 ? Optional.empty() : Optional.of(emaDecay);
    return training(MethodSettings.of(full), 1e-3, AdamW.Settings.DEFAULTS, 2, 1, ema);
  }

  /** The same, in other floats. */
  static TrainingSettings computedIn(Compute compute, TrainingSettings of) {
    return new TrainingSettings(
        of.method(),
        of.learningRate(),
        of.schedule(),
        of.optimizer(),
        of.maxSteps(),
        of.batchSize(),
        of.gradientAccumulation(),
        of.maxGradNorm(),
        of.noise(),
        of.loss(),
        of.captions(),
        of.augmentation(),
        of.emaDecay(),
        of.validationInterval(),
        of.earlyStopping(),
        of.seed(),
        new MemorySettings(Precision.FLOAT32, false, compute),
        of.priorPreservation());
  }

  private static TrainingSettings training(
      int rank,
      double learningRate,
      OptimizerSettings optimizer,
      int batchSize,
      int gradientAccumulation,
      Optional<Double> emaDecay) {
    return training(
        MethodSettings.of(AdapterSettings.lora(rank, rank, 0.1, AdapterSettings.ATTENTION)),
        learningRate,
        optimizer,
        batchSize,
        gradientAccumulation,
        emaDecay);
  }

  private static TrainingSettings training(
      MethodSettings method,
      double learningRate,
      OptimizerSettings optimizer,
      int batchSize,
      int gradientAccumulation,
      Optional<Double> emaDecay) {
    return new TrainingSettings(
        method,
        learningRate,
        new ScheduleSettings(new LearningRateSchedule.Cosine(), 1),
        optimizer,
        6,
        batchSize,
        gradientAccumulation,
        1,
        NoiseSettings.withOffset(0.05),
        LossSettings.PLAIN,
        CaptionSettings.PLAIN,
        AugmentationSettings.NONE,
        emaDecay,
        2,
        new EarlyStoppingSettings(0, 0),
        7,
        MemorySettings.PLAIN,
        Optional.empty());
  }
}
