package io.github.sdtune.diffusion;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.io.ConfigFile;
import io.github.sdtune.tensor.Scope;
import java.util.OptionalDouble;

/**
 * Denoising diffusion implicit models without added noise (Song et al.,
 * https://arxiv.org/abs/2010.02502, formula 12 with sigma = 0).
 */
final class DDIMScheduler implements Scheduler {
  private final NoiseSchedule schedule;
  private final Spacing spacing;
  private final boolean alphaToOne;
  private final OptionalDouble clip;

  DDIMScheduler(ConfigFile json) {
    this.schedule = NoiseSchedule.of(json);
    this.spacing = Spacing.of(json, "leading");
    this.alphaToOne = json.truth("set_alpha_to_one", true);
    this.clip = Clip.of(json, true);
    json.only("thresholding", false);
  }

  @Override
  public String title() {
    return "DDIM";
  }

  @Override
  public NoiseSchedule schedule() {
    return schedule;
  }

  @Override
  public Sampling start(int steps) {
    int train = schedule.numTrainTimesteps();
    return new Run(spacing.whole(train, steps), train / steps);
  }

  private final class Run implements Sampling {
    private final double[] timesteps;
    private final int stride;

    Run(double[] timesteps, int stride) {
      this.timesteps = timesteps;
      this.stride = stride;
    }

    @Override
    public double[] timesteps() {
      return timesteps;
    }

    @Override
    public NDArray step(NDArray output, int i, NDArray x, StepNoise noise) {
      int timestep = (int) timesteps[i];
      int previous = timestep - stride;
      double alphaPrevious =
          previous >= 0
              ? schedule.alphaCumprod(previous)
              : alphaToOne ? 1 : schedule.alphaCumprod(0);
      Mixture here = Mixture.ofAlphaCumprod(schedule.alphaCumprod(timestep));
      Mixture there = Mixture.ofAlphaCumprod(alphaPrevious);
      PredictionType prediction = schedule.predictionType();
      try (Scope scope = new Scope()) {
        NDArray original = Clip.apply(clip, here.original(prediction, output, x));
        NDArray direction = here.epsilon(prediction, output, x).mul((float) there.noise());
        return scope.result(original.mul((float) there.signal()).add(direction));
      }
    }
  }
}
