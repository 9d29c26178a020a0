package io.github.sdtune.diffusion;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.ConfigFile;
import io.github.sdtune.tensor.Scope;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * Sampling of latent consistency models (Luo et al., https://arxiv.org/abs/2310.04378): each step
 * goes to the end at once, then takes noise back in. Its timesteps are some of those that the model
 * was distilled on.
 */
final class LCMScheduler implements Scheduler {
  /** The standard deviation of the data that the boundary condition is written for. */
  private static final double SIGMA_DATA = 0.5;

  private final NoiseSchedule schedule;
  private final OptionalDouble clip;
  private final int originalSteps;
  private final double timestepScaling;

  LCMScheduler(ConfigFile json) {
    this.schedule = NoiseSchedule.of(json, 0.00085, 0.012, "scaled_linear");
    this.clip = Clip.of(json, false);
    this.originalSteps = json.integer("original_inference_steps", 50);
    this.timestepScaling = json.number("timestep_scaling", 10);
    int train = schedule.numTrainTimesteps();
    json.require(
        originalSteps >= 1 && originalSteps <= train,
        "original_inference_steps: found %d, expected 1 to %d".formatted(originalSteps, train));
    json.only("thresholding", false);
  }

  @Override
  public String title() {
    return "LCM";
  }

  @Override
  public NoiseSchedule schedule() {
    return schedule;
  }

  @Override
  public Sampling start(int steps) {
    if (steps < 1 || steps > originalSteps) {
      throw new SdtuneException(
          "steps: found %d, expected 1 to %d, the original_inference_steps of LCM"
              .formatted(steps, originalSteps));
    }
    int stride = schedule.numTrainTimesteps() / originalSteps;
    return new Run(
        IntStream.range(0, steps)
            .map(i -> (originalSteps - (int) (i * ((double) originalSteps / steps))) * stride - 1)
            .toArray());
  }

  private final class Run implements Sampling {
    private final int[] timesteps;

    Run(int[] timesteps) {
      this.timesteps = timesteps;
    }

    @Override
    public double[] timesteps() {
      return IntStream.of(timesteps).asDoubleStream().toArray();
    }

    @Override
    public int draws() {
      return timesteps.length - 1;
    }

    @Override
    public NDArray step(NDArray output, int i, NDArray x, StepNoise noise) {
      Mixture here = Mixture.ofAlphaCumprod(schedule.alphaCumprod(timesteps[i]));
      double scaled = timesteps[i] * timestepScaling;
      double square = scaled * scaled + SIGMA_DATA * SIGMA_DATA;
      double skip = SIGMA_DATA * SIGMA_DATA / square;
      double out = scaled / Math.sqrt(square);
      try (Scope scope = new Scope()) {
        NDArray original = Clip.apply(clip, here.original(schedule.predictionType(), output, x));
        NDArray denoised = original.mul((float) out).add(x.mul((float) skip));
        if (i == timesteps.length - 1) {
          return scope.result(denoised);
        }
        Mixture next = Mixture.ofAlphaCumprod(schedule.alphaCumprod(timesteps[i + 1]));
        NDArray fresh = noise.draw(i).mul((float) next.noise());
        return scope.result(denoised.mul((float) next.signal()).add(fresh));
      }
    }
  }
}
