package io.github.sdtune.job;

import io.github.sdtune.dataset.DatasetSettings;
import io.github.sdtune.evaluate.EvaluationSettings;
import io.github.sdtune.model.Precision;
import io.github.sdtune.train.Safeguards;
import io.github.sdtune.train.TrainingSettings;
import java.nio.file.Path;

/**
 * Asks for a model: for a goal and, first, for what is missing or stale before it.
 *
 * @param artifact {@code groupId:artifactId:version} of the model that is built
 * @param outputDirectory {@code target/sdtune}
 * @param cacheDirectory of what is made once for all builds on this machine
 * @param device {@code auto}, {@code cpu}, {@code gpu} or {@code gpu:N}
 * @param configuration what was written and what was not, kept beside the weights
 * @param safeguards how a training is kept from being lost
 */
public record Job(
    Goal goal,
    String artifact,
    BaseModel base,
    DatasetSettings dataset,
    TrainingSettings training,
    EvaluationSettings evaluation,
    Path outputDirectory,
    Path cacheDirectory,
    String device,
    ResolvedConfiguration configuration,
    Safeguards safeguards)
    implements Request {
  /** A job whose options nobody told, guarded as by default. */
  public Job(
      Goal goal,
      String artifact,
      BaseModel base,
      DatasetSettings dataset,
      TrainingSettings training,
      EvaluationSettings evaluation,
      Path outputDirectory,
      Path cacheDirectory,
      String device) {
    this(
        goal,
        artifact,
        base,
        dataset,
        training,
        evaluation,
        outputDirectory,
        cacheDirectory,
        device,
        ResolvedConfiguration.NONE,
        Safeguards.DEFAULTS);
  }

  @Override
  public String name() {
    return goal.json();
  }

  /** Pictures that a base model draws of a class, by all that decides them. */
  public Path drawnClassPictures() {
    return cacheDirectory.resolve("class-pictures");
  }

  /** The same job, up to another goal. */
  public Job withGoal(Goal other) {
    return new Job(
        other,
        artifact,
        base,
        dataset,
        training,
        evaluation,
        outputDirectory,
        cacheDirectory,
        device,
        configuration,
        safeguards);
  }

  /** The same job for another model, elsewhere. */
  public Job of(String otherArtifact, Path otherOutputDirectory) {
    return new Job(
        goal,
        otherArtifact,
        base,
        dataset,
        training,
        evaluation,
        otherOutputDirectory,
        cacheDirectory,
        device,
        configuration,
        safeguards);
  }

  /** The same job with another evaluation. */
  public Job withEvaluation(EvaluationSettings other) {
    return new Job(
        goal,
        artifact,
        base,
        dataset,
        training,
        other,
        outputDirectory,
        cacheDirectory,
        device,
        configuration,
        safeguards);
  }

  /** The same job, guarded otherwise. */
  public Job withSafeguards(Safeguards other) {
    return new Job(
        goal,
        artifact,
        base,
        dataset,
        training,
        evaluation,
        outputDirectory,
        cacheDirectory,
        device,
        configuration,
        other);
  }

  /** The same job with another training. */
  public Job withTraining(TrainingSettings other) {
    return new Job(
        goal,
        artifact,
        base,
        dataset,
        other,
        evaluation,
        outputDirectory,
        cacheDirectory,
        device,
        configuration,
        safeguards);
  }

  @Override
  public Computation computation() {
    return training.memory().weights() == Precision.STORED
        ? Computation.TRAINING_IN_LITTLE_MEMORY
        : Computation.TRAINING;
  }
}
