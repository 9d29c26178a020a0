package io.github.sdtune.job;

import io.github.sdtune.dataset.DatasetSettings;
import io.github.sdtune.evaluate.EvaluationSettings;
import io.github.sdtune.model.Precision;
import io.github.sdtune.train.TrainingSettings;
import java.nio.file.Path;

/**
 * Asks for a model: for a goal and, first, for what is missing or stale before it.
 *
 * @param artifact {@code groupId:artifactId:version} of the model that is built
 * @param outputDirectory {@code target/sdtune}
 * @param device {@code auto}, {@code cpu}, {@code gpu} or {@code gpu:N}
 */
public record Job(
    Goal goal,
    String artifact,
    BaseModel base,
    DatasetSettings dataset,
    TrainingSettings training,
    EvaluationSettings evaluation,
    Path outputDirectory,
    String device)
    implements Request {

  @Override
  public String name() {
    return goal.json();
  }

  /** The same job, up to another goal. */
  public Job withGoal(Goal other) {
    return new Job(other, artifact, base, dataset, training, evaluation, outputDirectory, device);
  }

  @Override
  public Computation computation() {
    return training.weights() == Precision.STORED
        ? Computation.TRAINING_ON_HALVES
        : Computation.TRAINING;
  }
}
