package io.github.sdtune.worker;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.github.sdtune.dataset.Split;
import io.github.sdtune.evaluate.Evaluator;
import io.github.sdtune.job.Goal;
import io.github.sdtune.job.Job;
import io.github.sdtune.method.Method;
import io.github.sdtune.tensor.Devices;
import io.github.sdtune.tensor.Golden;
import io.github.sdtune.tensor.Gradients;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.train.Batches;
import io.github.sdtune.train.DenoisingObjective;
import io.github.sdtune.train.ParameterGroups;
import io.github.sdtune.train.TrainingSettings;
import io.github.sdtune.train.TrainingStep;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps and measurements leave no tensor behind: memory stays flat however long a run is. */
class TensorsAreClosedTest {
  @TempDir Path folder;
  private final TrainingSettings training = Jobs.training(2, 2, 0.9);

  private Job prepared(String family) throws IOException {
    Path pictures = Jobs.pictures(folder.resolve("pictures"));
    Job job =
        Jobs.withBase(
            Jobs.job(Goal.PREPARE_DATASET, pictures, folder.resolve("out"), training),
            Golden.FIXTURES.resolve(family).resolve("pipeline"));
    new JobRunner(job, event -> {}).run();
    return job;
  }

  @ParameterizedTest
  @ValueSource(strings = {"sd15", "sdxl"})
  void aTrainingStepClosesAllThatItMade(String family) throws IOException {
    Job job = prepared(family);
    try (NDManager manager = Devices.open("cpu");
        LoadedBase base = new LoadedBase(job, manager, event -> {})) {
      var items = base.encoder().encode(base.manifest().items(Split.TRAIN));
      Gradients.enabled(true);
      KeyedRandom random = new KeyedRandom(0);
      Method method = training.method().start(base, random, manager);
      ParameterGroups parameters =
          new ParameterGroups(
              method.groups(), training.optimizer(), training.learningRate(), manager);
      TrainingStep step =
          new TrainingStep(
              new DenoisingObjective(
                  base.unet(), base.schedule(), base.texts(false), training.loss()),
              method,
              parameters,
              training);
      Batches batches = new Batches(items, training, 1000, random, manager);
      run(step, batches, 0, 3); // an epoch: each caption's states are read once, and stay
      int before = manager.getManagedArrays().size();
      run(step, batches, 3, 6);
      assertThat(manager.getManagedArrays()).hasSize(before);
    }
  }

  private static void run(TrainingStep step, Batches batches, int from, int to) {
    for (int s = from; s < to; s++) {
      int at = s;
      step.run(at, part -> batches.at(at, part));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sd15", "sdxl"})
  void anEvaluationClosesAllThatItMade(String family) throws IOException {
    Job job = prepared(family);
    try (NDManager manager = Devices.open("cpu");
        LoadedBase base = new LoadedBase(job, manager, event -> {})) {
      Evaluator evaluator = base.evaluator(base.texts(false));
      evaluator.measure(); // each caption's states are read once, and stay
      int before = manager.getManagedArrays().size();
      evaluator.validate();
      evaluator.measure();
      assertThat(manager.getManagedArrays()).hasSize(before);
    }
  }
}
