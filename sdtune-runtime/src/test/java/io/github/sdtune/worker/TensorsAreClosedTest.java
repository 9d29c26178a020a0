package io.github.sdtune.worker;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.evaluate.Measuring;
import io.github.sdtune.job.Goal;
import io.github.sdtune.job.Job;
import io.github.sdtune.method.FullSettings;
import io.github.sdtune.selection.Rule;
import io.github.sdtune.tensor.Golden;
import io.github.sdtune.tensor.TestDevice;
import io.github.sdtune.train.Batches;
import io.github.sdtune.train.ParameterGroups;
import io.github.sdtune.train.TrainingSettings;
import io.github.sdtune.train.TrainingStep;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Steps and measurements leave no tensor behind: memory stays flat however long a run is. */
class TensorsAreClosedTest {
  @TempDir Path folder;

  private static TrainingSettings training(String method) {
    return switch (method) {
      case "lora" -> Jobs.training(2, 2, 0.9);
      case "full" -> Jobs.full(FullSettings.UNET, 0.9);
      default -> {
        Rule decoder = Rule.of("rule", Part.VAE, List.of("decoder.*"));
        yield Jobs.full(new FullSettings(List.of(decoder)), 0.9);
      }
    };
  }

  private Job prepared(String family, TrainingSettings training) throws IOException {
    Path pictures = Jobs.pictures(folder.resolve("pictures"));
    Job job =
        Jobs.withBase(
            Jobs.job(Goal.PREPARE_DATASET, pictures, folder.resolve("out"), training),
            Golden.FIXTURES.resolve(family).resolve("pipeline"));
    new JobRunner(job, event -> {}).run();
    return job;
  }

  @ParameterizedTest
  @CsvSource({"sd15, lora", "sdxl, lora", "sd15, full", "sd15, decoder"})
  void aTrainingStepClosesAllThatItMade(String family, String method) throws IOException {
    TrainingSettings settings = training(method);
    Job job = prepared(family, settings);
    try (NDManager manager = TestDevice.open();
        LoadedBase base = new LoadedBase(job, manager, event -> {})) {
      Training training = Training.prepare(settings, base, manager);
      TrainingStep step = step(training, manager);
      Batches batches = training.batches(0);
      run(step, batches, 0, 4); // an epoch: each caption's states are read once, and stay
      int before = manager.getManagedArrays().size();
      run(step, batches, 4, 7);
      assertThat(manager.getManagedArrays()).hasSize(before);
    }
  }

  /**
   * The count sees what Java holds; resident memory would show what only libtorch does. 500 steps,
   * which take some minutes: {@code -Dsdtune.soak.steps=500}.
   */
  @Test
  @EnabledOnOs(OS.LINUX)
  void aLongTrainingLeavesNothingBehind() throws IOException {
    int steps = Integer.getInteger("sdtune.soak.steps", 50);
    TrainingSettings settings = training("lora");
    Job job = prepared("sd15", settings);
    try (NDManager manager = TestDevice.open();
        LoadedBase base = new LoadedBase(job, manager, event -> {})) {
      Training training = Training.prepare(settings, base, manager);
      TrainingStep step = step(training, manager);
      Batches batches = training.batches(0);
      run(step, batches, 0, steps * 2 / 5); // by then heap and malloc's arenas have their size
      int arrays = manager.getManagedArrays().size();
      long resident = residentBytes();
      run(step, batches, steps * 2 / 5, steps);
      assertThat(manager.getManagedArrays()).hasSize(arrays);
      // A gradient graph that is kept has some MB.
      assertThat(residentBytes() - resident).isLessThan(100L << 20);
    }
  }

  /** Without Java's heap, which grows by 100 MB at a time where many tests ran before. */
  private static long residentBytes() throws IOException {
    System.gc();
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted();
    long resident =
        Files.readString(Path.of("/proc/self/status"))
            .lines()
            .filter(line -> line.startsWith("VmRSS:"))
            .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("[^0-9]", "")))
            .findFirst()
            .orElseThrow();
    return resident - heap;
  }

  private static TrainingStep step(Training training, NDManager manager) {
    TrainingSettings settings = training.settings();
    ParameterGroups parameters =
        new ParameterGroups(
            training.method().groups(), settings.optimizer(), settings.learningRate(), manager);
    return new TrainingStep(training.objective(), training.method(), parameters, settings);
  }

  private static void run(TrainingStep step, Batches batches, int from, int to) {
    for (int s = from; s < to; s++) {
      int at = s;
      step.run(at, part -> batches.at(at, part));
    }
  }

  @ParameterizedTest
  @CsvSource({"sd15, lora", "sdxl, lora", "sd15, decoder"})
  void anEvaluationClosesAllThatItMade(String family, String method) throws IOException {
    Job job = prepared(family, training(method));
    try (NDManager manager = TestDevice.open();
        LoadedBase base = new LoadedBase(job, manager, event -> {})) {
      Measuring evaluator = base.evaluator(false);
      evaluator.measure(); // each caption's states are read once, and stay
      int before = manager.getManagedArrays().size();
      evaluator.validate();
      evaluator.measure();
      assertThat(manager.getManagedArrays()).hasSize(before);
    }
  }
}
