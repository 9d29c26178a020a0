package io.github.sdtune.diffusion;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.io.ConfigFile;
import io.github.sdtune.tensor.Scope;

/**
 * Euler's method with as much fresh noise in each step as DDPM adds (Ho et al.,
 * https://arxiv.org/abs/2006.11239, in the terms of https://arxiv.org/abs/2206.00364): a step goes
 * down to less noise than the next sigma has, and noise makes up for it.
 */
final class EulerAncestralDiscreteScheduler implements Scheduler {
  private final NoiseSchedule schedule;
  private final NoiseLevels.Choice choice;

  EulerAncestralDiscreteScheduler(ConfigFile json) {
    this.schedule = NoiseSchedule.of(json);
    this.choice = new NoiseLevels.Choice(Spacing.of(json, "linspace"), false, true);
    Refusals.samplePrediction(json, schedule);
  }

  @Override
  public String title() {
    return "Euler a";
  }

  @Override
  public NoiseSchedule schedule() {
    return schedule;
  }

  @Override
  public Sampling start(int steps) {
    return new Run(NoiseLevels.fromEndToEnd(schedule, choice, steps));
  }

  private final class Run extends SigmaSampling {
    Run(NoiseLevels levels) {
      super(schedule, levels, choice.spacing());
    }

    @Override
    public int draws() {
      return timesteps().length;
    }

    @Override
    public NDArray step(NDArray output, int i, NDArray x, StepNoise noise) {
      double from = sigma(i);
      double to = sigma(i + 1);
      double up = to * Math.sqrt((from * from - to * to) / (from * from));
      double down = Math.sqrt(to * to - up * up);
      try (Scope scope = new Scope()) {
        NDArray derivative = derivative(x, original(output, i, x), from);
        NDArray lower = x.add(derivative.mul((float) (down - from)));
        return scope.result(lower.add(noise.draw(i).mul((float) up)));
      }
    }
  }
}
