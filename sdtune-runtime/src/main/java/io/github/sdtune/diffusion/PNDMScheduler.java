package io.github.sdtune.diffusion;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.io.ConfigFile;
import io.github.sdtune.tensor.Scope;

/**
 * Pseudo linear multistep method, PLMS (Liu et al., https://arxiv.org/abs/2202.09778): the formulas
 * of Adams and Bashforth for the noise, whose transfer to the next timestep is DDIM's. The
 * multistep part begins not with the paper's Runge-Kutta steps but with one of second order, for
 * which the second timestep is visited twice.
 */
final class PNDMScheduler implements Scheduler {
  private final NoiseSchedule schedule;
  private final Spacing spacing;
  private final boolean alphaToOne;

  PNDMScheduler(ConfigFile json) {
    this.schedule = NoiseSchedule.of(json);
    this.spacing = Spacing.of(json, "leading");
    this.alphaToOne = json.truth("set_alpha_to_one", false);
    json.require(
        json.truth("skip_prk_steps", false),
        "skip_prk_steps: found false or nothing, which asks for Runge-Kutta steps that Stable"
            + " Diffusion is not sampled with; expected true, or the sampler named PLMS");
    Refusals.samplePrediction(json, schedule);
    Refusals.zeroTerminalSnr(json, schedule);
  }

  @Override
  public String title() {
    return "PLMS";
  }

  @Override
  public NoiseSchedule schedule() {
    return schedule;
  }

  @Override
  public Sampling start(int steps) {
    int train = schedule.numTrainTimesteps();
    double[] once = spacing.whole(train, steps);
    if (steps == 1) {
      return new Run(once, train);
    }
    double[] timesteps = new double[steps + 1];
    System.arraycopy(once, 0, timesteps, 0, 2);
    System.arraycopy(once, 1, timesteps, 2, steps - 1);
    return new Run(timesteps, train / steps);
  }

  private final class Run implements Sampling {
    private final double[] timesteps;
    private final int stride;
    private final History noises = new History(4);
    private final History begun = new History(1);

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
      try (Scope scope = new Scope()) {
        if (i == 1) {
          // The first step again, by the mean of the outputs at both of its ends.
          NDArray mean = output.add(noises.get(0)).div(2);
          return scope.result(transfer(begun.get(0), mean, timestep + stride, timestep));
        }
        noises.add(output);
        if (i == 0) {
          begun.add(x);
        }
        return scope.result(transfer(x, extrapolated(), timestep, timestep - stride));
      }
    }

    /** The noise of the step, from the last outputs, at most four. */
    private NDArray extrapolated() {
      NDArray e0 = noises.get(0);
      return switch (noises.size()) {
        case 1 -> e0;
        case 2 -> e0.mul(3).sub(noises.get(1)).div(2);
        case 3 -> e0.mul(23).sub(noises.get(1).mul(16)).add(noises.get(2).mul(5)).div(12);
        default ->
            e0.mul(55)
                .sub(noises.get(1).mul(59))
                .add(noises.get(2).mul(37))
                .sub(noises.get(3).mul(9))
                .div(24);
      };
    }

    private NDArray transfer(NDArray x, NDArray output, int timestep, int previous) {
      Mixture here = Mixture.ofAlphaCumprod(schedule.alphaCumprod(timestep));
      double alpha =
          previous >= 0
              ? schedule.alphaCumprod(previous)
              : alphaToOne ? 1 : schedule.alphaCumprod(0);
      Mixture there = Mixture.ofAlphaCumprod(alpha);
      NDArray epsilon = here.epsilon(schedule.predictionType(), output, x);
      // DDIM: x_0 and epsilon stay as they are, only their shares change
      double ratio = there.signal() / here.signal();
      return x.mul((float) ratio).add(epsilon.mul((float) (there.noise() - ratio * here.noise())));
    }

    @Override
    public void close() {
      noises.close();
      begun.close();
    }
  }
}
