package io.github.sdtune.benchmark;

import static io.github.sdtune.benchmark.Served.argument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.diffusion.Samplers;
import io.github.sdtune.diffusion.TextToImage;
import io.github.sdtune.model.StableDiffusion;
import io.github.sdtune.model.TextEncoders;
import io.github.sdtune.tensor.Gradients;
import io.github.sdtune.tensor.Scope;
import io.github.sdtune.tensor.TestDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * sdtune's side of {@code benchmarks/run.py generate} and {@code load}; the other side is {@code
 * generate_peer.py}.
 */
public final class GenerateBenchmark {
  private GenerateBenchmark() {}

  /** {@code --base FOLDER --side N --sampling-steps N}; threads are OMP_NUM_THREADS' business. */
  public static void main(String[] args) throws IOException {
    Path base = Path.of(argument(args, "--base"));
    int side = Integer.parseInt(argument(args, "--side")) / 8;
    int steps = Integer.parseInt(argument(args, "--sampling-steps"));
    try (NDManager manager = TestDevice.open()) {
      long start = System.nanoTime();
      try (StableDiffusion model = StableDiffusion.load(base, manager)) {
        double loaded = Served.secondsSince(start);
        Scope.closing(() -> firstUse(model, manager));
        double firstUse = Served.secondsSince(start);
        TextToImage generator =
            new TextToImage(
                model.unet(), Samplers.of("DDIM", base.resolve("scheduler/scheduler_config.json")));
        Served.serve(
            Map.of("load_seconds", loaded, "first_use_seconds", firstUse),
            done -> Scope.closing(() -> draw(model, generator, manager, side, steps)));
      }
    }
  }

  /** Touches every weight of the UNet once. */
  private static float firstUse(StableDiffusion model, NDManager manager) {
    NDArray latents = manager.zeros(new Shape(1, 4, 8, 8));
    NDArray timestep = manager.ones(new Shape(1), DataType.INT64);
    NDArray states = manager.zeros(new Shape(1, 77, 768));
    return Gradients.without(
        () -> model.unet().forward(latents, timestep, states).sum().getFloat());
  }

  private static float draw(
      StableDiffusion model, TextToImage generator, NDManager manager, int side, int steps) {
    TextEncoders text = model.textEncoders();
    NDArray prompt = Gradients.without(() -> text.encode(List.of("a photo of a cat")).context());
    NDArray negative = Gradients.without(() -> text.encode(List.of("blurry")).context());
    NDArray noise = manager.randomNormal(new Shape(1, 4, side, side));
    NDArray latents = generator.latents(noise, prompt, negative, steps, 7.5);
    return TextToImage.decode(model.vae(), latents).mean().getFloat();
  }
}
