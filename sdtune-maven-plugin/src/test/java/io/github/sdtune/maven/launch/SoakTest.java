package io.github.sdtune.maven.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdtune.io.Json;
import io.github.sdtune.io.Sha256;
import io.github.sdtune.job.BaseModel;
import io.github.sdtune.job.Goal;
import io.github.sdtune.job.Job;
import io.github.sdtune.job.Outputs;
import io.github.sdtune.maven.parameters.DatasetParameters;
import io.github.sdtune.maven.parameters.EvaluationParameters;
import io.github.sdtune.maven.parameters.Overrides;
import io.github.sdtune.maven.parameters.TrainingParameters;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.commons.io.file.PathUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a training, again and again, at random instants: the worker, what stands for Maven, or
 * both. What is there in the end must be, byte by byte, what a training that nobody disturbed
 * leaves. {@code -Dsdtune.soak.kills=200} for more than a few, {@code -Dsdtune.soak.seed} for the
 * same instants again.
 */
@DisabledOnOs(OS.WINDOWS)
class SoakTest {
  static final List<String> FAST_START =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto");

  private static final int STEPS = 60;
  private static final Path BASE = Path.of("../sdtune-runtime/src/test/resources/fixtures/sd15");

  /** Some tens of steps, each of which is saved. */
  private static final int MILLIS = 500;

  private enum Victim {
    WORKER,
    MAVEN,
    BOTH,
    /** Maven is asked to end, as Ctrl-C or a CI server does it. */
    MAVEN_BY_SIGTERM
  }

  @TempDir Path folder;
  private final Map<Victim, Integer> killed = new EnumMap<>(Victim.class);
  private final List<Integer> steps = new ArrayList<>();

  @Test
  @Timeout(value = 1, unit = TimeUnit.HOURS)
  void killedAtRandomInstantsItEndsWithTheSameBytes() throws Exception {
    int kills = Integer.getInteger("sdtune.soak.kills", 20);
    long seed = Long.getLong("sdtune.soak.seed", System.nanoTime());
    System.out.println("soak: " + kills + " kills, -Dsdtune.soak.seed=" + seed);
    Random random = new Random(seed);

    Job straight = job("straight");
    assertThat(finish(straight)).as("the training that nobody disturbs").isZero();
    Map<String, String> expected = bytes(straight.outputs());
    int trainings = 0;
    Job job = job("killed");
    for (int done = 0; done < kills; ) {
      if (killed(job, random)) {
        done++;
      } else {
        trainings += compare(job, expected);
      }
    }
    trainings += compare(job, expected);
    System.out.printf(
        "soak: %s; %d trainings, with the same bytes; last checkpoints at a kill: %s%n",
        killed, trainings, steps);
  }

  private int compare(Job job, Map<String, String> expected) throws Exception {
    assertThat(finish(job)).isZero();
    assertThat(bytes(job.outputs())).isEqualTo(expected);
    System.out.println("soak: the same bytes after " + killed);
    PathUtils.deleteDirectory(job.outputs().checkpoints());
    PathUtils.deleteDirectory(job.outputs().weights());
    Files.delete(job.outputs().stamp(Goal.FINE_TUNE));
    return 1;
  }

  /** Starts the training and kills somebody; false if it came to its end before. */
  private boolean killed(Job job, Random random) throws Exception {
    Victim victim = Victim.values()[random.nextInt(Victim.values().length)];
    boolean anywhere = random.nextInt(5) == 0;
    int wait = random.nextInt(anywhere ? 5 * MILLIS : MILLIS);
    Process maven = start(job);
    try (BufferedReader output = maven.inputReader()) {
      String line = output.readLine();
      while (!anywhere && line != null && !line.startsWith("Step[")) {
        line = output.readLine();
      }
      Thread drain = new Thread(() -> output.lines().forEach(rest -> {}));
      drain.setDaemon(true);
      drain.start();
      Thread.sleep(wait);
      Optional<ProcessHandle> worker = maven.descendants().findFirst();
      if (!maven.isAlive() || worker.isEmpty()) {
        maven.waitFor();
        return false;
      }
      kill(victim, maven, worker.get());
      maven.waitFor();
      killed.merge(victim, 1, Integer::sum);
      steps.add(lastCheckpoint(job));
      return true;
    }
  }

  private static void kill(Victim victim, Process maven, ProcessHandle worker) {
    switch (victim) {
      case WORKER -> worker.destroyForcibly();
      case MAVEN -> maven.toHandle().destroyForcibly();
      case MAVEN_BY_SIGTERM -> maven.toHandle().destroy();
      case BOTH -> {
        maven.toHandle().destroyForcibly();
        worker.destroyForcibly();
      }
    }
  }

  private int finish(Job job) throws Exception {
    Process maven = start(job);
    String output = new String(maven.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = maven.waitFor();
    if (code != 0) {
      System.out.println(output);
    }
    return code;
  }

  private Process start(Job job) throws IOException {
    Path request = folder.resolve(job.outputDirectory().getFileName() + ".json");
    Json.write(request, job);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FAST_START);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(SoakMain.class.getName(), request.toString()));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private static int lastCheckpoint(Job job) throws IOException {
    if (!Files.isDirectory(job.outputs().checkpoints())) {
      return 0;
    }
    try (var paths = Files.list(job.outputs().checkpoints())) {
      return paths
          .map(path -> path.getFileName().toString())
          .filter(name -> name.startsWith("step-"))
          .map(name -> Integer.parseInt(name.substring("step-".length())))
          .max(Comparator.naturalOrder())
          .orElse(0);
    }
  }

  /** Weights, optimizer, average, early stopping and log: all that a training leaves. */
  private static Map<String, String> bytes(Outputs outputs) {
    Map<String, String> bytes = new TreeMap<>();
    bytes.put("weights", Sha256.ofFolder(outputs.weights()));
    bytes.put("log", Sha256.of(outputs.trainingLog()));
    bytes.put("state", Sha256.ofFolder(outputs.checkpoints().resolve("step-" + STEPS)));
    return bytes;
  }

  private Job job(String output) {
    DatasetParameters dataset = new DatasetParameters();
    dataset.directory = Path.of("../src/it/pictures").toAbsolutePath().normalize().toFile();
    dataset.resolution = 32;
    TrainingParameters training = new TrainingParameters();
    training.maxSteps = STEPS;
    training.batchSize = 1;
    training.rank = 1;
    training.emaDecay = 0.9;
    training.warmupSteps = 10;
    training.validationInterval = 20;
    training.earlyStopping.patience = 10;
    training.checkpointing.interval = 1;
    EvaluationParameters evaluation = new EvaluationParameters();
    evaluation.timesteps = 1;
    evaluation.trainingSubset = 1;
    evaluation.classification.subset = 0;
    return new Job(
            Goal.FINE_TUNE,
            "org.example:soak:1.0",
            new BaseModel(
                "tiny", BASE.resolve("pipeline").toAbsolutePath().normalize(), "0".repeat(64)),
            dataset.settings(),
            training.settings(Overrides.NONE),
            evaluation.settings(),
            folder.resolve(output),
            folder.resolve("cache"),
            "cpu")
        .withSafeguards(training.safeguards("latest"));
  }
}
