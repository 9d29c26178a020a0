package io.github.sdtune.maven;

import io.github.sdtune.dataset.DatasetSettings;
import io.github.sdtune.evaluate.EvaluationSettings;
import io.github.sdtune.gate.Gate;
import io.github.sdtune.job.BaseModel;
import io.github.sdtune.job.Goal;
import io.github.sdtune.job.Job;
import io.github.sdtune.job.ResolvedConfiguration;
import io.github.sdtune.maven.artifact.BaseModelReference;
import io.github.sdtune.maven.parameters.BaselineChoice;
import io.github.sdtune.train.Safeguards;
import io.github.sdtune.train.TrainingSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** All that the POM says, checked. */
record Settings(
    BaseModelReference baseModel,
    DatasetSettings dataset,
    TrainingSettings training,
    EvaluationSettings evaluation,
    List<Gate> gates,
    BaselineChoice baseline,
    String device,
    Optional<Duration> timeout,
    ResolvedConfiguration configuration,
    Safeguards safeguards) {
  Settings {
    gates = List.copyOf(gates);
  }

  /**
   * The job for a goal.
   *
   * @param evaluation the settings with whatever they name brought here
   */
  Job job(
      Goal goal,
      String artifact,
      BaseModel base,
      EvaluationSettings evaluation,
      Path outputDirectory,
      Path cacheDirectory) {
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
        safeguards);
  }
}
