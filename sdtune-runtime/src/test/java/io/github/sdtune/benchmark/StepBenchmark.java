package io.github.sdtune.benchmark;

import static io.github.sdtune.benchmark.Served.argument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.adapter.Adapter;
import io.github.sdtune.adapter.AdapterSettings;
import io.github.sdtune.adapter.Attach;
import io.github.sdtune.diffusion.NoiseSchedule;
import io.github.sdtune.method.Method;
import io.github.sdtune.method.MethodSettings;
import io.github.sdtune.model.Precision;
import io.github.sdtune.model.SizeConditioning;
import io.github.sdtune.model.TextStates;
import io.github.sdtune.model.UNet2DConditionModel;
import io.github.sdtune.tensor.Compute;
import io.github.sdtune.tensor.Gradients;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.TestDevice;
import io.github.sdtune.train.Batch;
import io.github.sdtune.train.DenoisingObjective;
import io.github.sdtune.train.MemorySettings;
import io.github.sdtune.train.Methods;
import io.github.sdtune.train.ParameterGroups;
import io.github.sdtune.train.Plain;
import io.github.sdtune.train.TrainingSettings;
import io.github.sdtune.train.TrainingStep;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * sdtune's side of {@code benchmarks/run.py step}, a LoRA step for each line of input; the other
 * side is {@code step_peer.py}.
 */
public final class StepBenchmark {
  private static final int TOKENS = 77;

  private StepBenchmark() {}

  /**
   * {@code --base FOLDER --side N --batch N --threads N [--checkpointing] [--bfloat16]}; the
   * threads are a matter of OMP_NUM_THREADS. With bfloat16 the frozen weights stay as the file has
   * them, too.
   */
  public static void main(String[] args) throws IOException {
    Path base = Path.of(argument(args, "--base"));
    int side = Integer.parseInt(argument(args, "--side"));
    int size = Integer.parseInt(argument(args, "--batch"));
    List<String> options = List.of(args);
    boolean half = options.contains("--bfloat16");
    MemorySettings memory =
        new MemorySettings(
            half ? Precision.STORED : Precision.FLOAT32,
            options.contains("--checkpointing"),
            half ? Compute.BFLOAT16 : Compute.FLOAT32);
    TrainingSettings settings = settings(memory);
    try (NDManager manager = TestDevice.open();
        UNet2DConditionModel unet =
            UNet2DConditionModel.load(base.resolve("unet"), manager, memory.weights())) {
      Gradients.enabled(true);
      KeyedRandom random = new KeyedRandom(settings.seed());
      Adapter adapter =
          Attach.attach(unet.layers(), settings.method().adapter().orElseThrow(), random, manager);
      Method method = Methods.of(adapter);
      NoiseSchedule schedule = NoiseSchedule.read(base.resolve("scheduler/scheduler_config.json"));
      ParameterGroups groups =
          new ParameterGroups(
              method.groups(), settings.optimizer(), settings.learningRate(), manager);
      NDArray latents = manager.randomNormal(new Shape(size, 4, side, side));
      TextStates text =
          new TextStates(
              manager.randomNormal(new Shape(size, TOKENS, unet.config().crossAttentionDim())),
              Optional.empty());
      List<SizeConditioning> sizes =
          Collections.nCopies(size, SizeConditioning.of(8 * side, 8 * side));
      List<String> items = Collections.nCopies(size, "item");
      TrainingStep step =
          new TrainingStep(
              new DenoisingObjective(unet, schedule, captions -> text, settings.loss()),
              method,
              groups,
              settings);
      Served.serve(
          Map.of(),
          done -> {
            NDArray noise = manager.randomNormal(latents.getShape());
            int[] timesteps =
                IntStream.range(0, size)
                    .map(i -> 997 * (size * done + i) % schedule.numTrainTimesteps())
                    .toArray();
            List<Integer> occurrences = Collections.nCopies(size, done);
            Batch batch =
                new Batch(
                    latents,
                    noise,
                    Optional.empty(),
                    timesteps,
                    items,
                    sizes,
                    items,
                    occurrences,
                    Optional.empty(),
                    Optional.empty());
            step.run(done, part -> batch);
            noise.close();
          });
    }
  }

  private static TrainingSettings settings(MemorySettings memory) {
    return Plain.training(
        MethodSettings.of(AdapterSettings.lora(4, 4, 0, AdapterSettings.ATTENTION)),
        1e-4,
        1000,
        1,
        1.0,
        memory);
  }
}
