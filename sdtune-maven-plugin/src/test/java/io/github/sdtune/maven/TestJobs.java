package io.github.sdtune.maven;

import io.github.sdtune.job.BaseModel;
import io.github.sdtune.job.Goal;
import io.github.sdtune.job.Job;
import io.github.sdtune.maven.parameters.DatasetParameters;
import io.github.sdtune.maven.parameters.EvaluationParameters;
import io.github.sdtune.maven.parameters.Overrides;
import io.github.sdtune.maven.parameters.TrainingParameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Jobs whose settings do not matter. */
public final class TestJobs {
  private TestJobs() {}

  /** A job that writes to {@code folder/target/sdtune}. */
  public static Job job(Goal goal, Path folder) throws IOException {
    DatasetParameters dataset = new DatasetParameters();
    dataset.directory = Files.createDirectories(folder.resolve("pictures")).toFile();
    TrainingParameters training = new TrainingParameters();
    training.maxSteps = 10;
    return new Job(
        goal,
        "org.example:model:1.0",
        new BaseModel("base", folder.resolve("base"), "0".repeat(64)),
        dataset.settings(),
        training.settings(Overrides.NONE),
        new EvaluationParameters().settings(),
        folder.resolve("target/sdtune"),
        folder.resolve("cache"),
        "cpu");
  }
}
