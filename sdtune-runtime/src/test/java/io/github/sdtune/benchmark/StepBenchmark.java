package io.github.sdtune.benchmark;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.adapter.LoraAdapter;
import io.github.sdtune.adapter.LoraSettings;
import io.github.sdtune.diffusion.NoiseSchedule;
import io.github.sdtune.io.Json;
import io.github.sdtune.model.Conditioning;
import io.github.sdtune.model.UNet2DConditionModel;
import io.github.sdtune.tensor.Devices;
import io.github.sdtune.tensor.Gradients;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.train.AdamW;
import io.github.sdtune.train.Batch;
import io.github.sdtune.train.EarlyStoppingSettings;
import io.github.sdtune.train.LearningRateSchedule;
import io.github.sdtune.train.TrainingSettings;
import io.github.sdtune.train.TrainingStep;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * sdtune's side of {@code benchmarks/run.py step}; the other side is {@code step_peer.py}, and both
 * speak the same way: a line of input is a training step, a line of JSON tells its seconds, and at
 * the end of the input the peak of the resident memory.
 */
public final class StepBenchmark {
  private static final int TOKENS = 77;
  private static final int TEXT_CHANNELS = 768;

  private StepBenchmark() {}

  /** {@code --base FOLDER --side N --threads N}; the threads are a matter of OMP_NUM_THREADS. */
  public static void main(String[] args) throws IOException {
    Path base = Path.of(argument(args, "--base"));
    int side = Integer.parseInt(argument(args, "--side"));
    TrainingSettings settings = settings();
    try (NDManager manager = Devices.open("cpu");
        UNet2DConditionModel unet = UNet2DConditionModel.load(base.resolve("unet"), manager)) {
      Gradients.enabled(true);
      KeyedRandom random = new KeyedRandom(settings.seed());
      LoraAdapter adapter = LoraAdapter.attach(unet.layers(), settings.lora(), random, manager);
      NoiseSchedule schedule = NoiseSchedule.read(base.resolve("scheduler/scheduler_config.json"));
      AdamW optimizer = new AdamW(adapter.parameters(), settings, manager);
      TrainingStep step = new TrainingStep(unet, schedule, adapter, optimizer, settings);
      NDArray latents = manager.randomNormal(new Shape(1, 4, side, side));
      Conditioning conditioning =
          Conditioning.of(manager.randomNormal(new Shape(1, TOKENS, TEXT_CHANNELS)));
      serve(
          done -> {
            NDArray noise = manager.randomNormal(latents.getShape());
            int[] timesteps = {(997 * done) % schedule.numTrainTimesteps()};
            List<String> items = List.of("item");
            List<Integer> occurrences = new ArrayList<>(List.of(done));
            Batch batch = new Batch(latents, noise, timesteps, conditioning, items, occurrences);
            double loss = step.run(done, part -> batch).loss();
            noise.close();
            return loss;
          });
    }
  }

  /** A step, counted from 0, that returns its loss. */
  @FunctionalInterface
  private interface Step {
    double run(int done);
  }

  private static void serve(Step step) throws IOException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    System.out.println(Json.line(Map.of("ready", true)));
    for (int done = 0; in.readLine() != null; done++) {
      long start = System.nanoTime();
      double loss = step.run(done);
      double seconds = (System.nanoTime() - start) / 1e9;
      System.out.println(Json.line(Map.of("seconds", seconds, "loss", loss)));
    }
    System.out.println(Json.line(Map.of("peak_bytes", peakBytes())));
  }

  private static TrainingSettings settings() {
    return new TrainingSettings(
        new LoraSettings(4, 4, 0, LoraSettings.ATTENTION),
        1e-4,
        LearningRateSchedule.CONSTANT,
        0,
        1000,
        1,
        1,
        0.9,
        0.999,
        1e-8,
        1e-2,
        1.0,
        Optional.empty(),
        0,
        Optional.empty(),
        1000,
        new EarlyStoppingSettings(0, 0),
        0);
  }

  /** VmHWM: the most memory that this process ever had resident, mapped files included. */
  private static long peakBytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmHWM:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
      }
    }
    throw new IOException("/proc/self/status has no VmHWM");
  }

  private static String argument(String[] args, String name) {
    return args[List.of(args).indexOf(name) + 1];
  }
}
