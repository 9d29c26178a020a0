package io.github.sdtune.worker;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.github.sdtune.adapter.LoraAdapter;
import io.github.sdtune.dataset.Split;
import io.github.sdtune.evaluate.Evaluator;
import io.github.sdtune.job.Goal;
import io.github.sdtune.job.Job;
import io.github.sdtune.tensor.Devices;
import io.github.sdtune.tensor.Golden;
import io.github.sdtune.tensor.Gradients;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.train.Batches;
import io.github.sdtune.train.Optimizer;
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
      LoraAdapter adapter =
          LoraAdapter.attach(base.unet().layers(), training.lora(), random, manager);
      Optimizer optimizer = training.optimizer().create(adapter.parameters(), manager);
      TrainingStep step =
          new TrainingStep(base.unet(), base.schedule(), adapter, optimizer, training);
      Batches batches = new Batches(items, training, 1000, random, manager);
      int before = manager.getManagedArrays().size();
      for (int s = 0; s < 3; s++) {
        int at = s;
        step.run(at, part -> batches.at(at, part));
      }
      assertThat(manager.getManagedArrays()).hasSize(before);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sd15", "sdxl"})
  void anEvaluationClosesAllThatItMade(String family) throws IOException {
    Job job = prepared(family);
    try (NDManager manager = Devices.open("cpu");
        LoadedBase base = new LoadedBase(job, manager, event -> {})) {
      Evaluator evaluator = base.evaluator();
      int before = manager.getManagedArrays().size();
      evaluator.validate();
      evaluator.measure();
      assertThat(manager.getManagedArrays()).hasSize(before);
    }
  }
}
