package io.github.sdtune.diffusion;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.io.ConfigFile;
import io.github.sdtune.tensor.Scope;
import java.util.OptionalDouble;

/**
 * Heun's method along the probability flow: algorithm 1 of Karras et al.
 * (https://arxiv.org/abs/2206.00364). A step by Euler's method, then from the same place one along
 * the mean of the slopes at both ends; the last step, to sigma zero, is Euler's alone. So n steps
 * ask the network 2n - 1 times.
 */
final class HeunDiscreteScheduler implements Scheduler {
  private final NoiseSchedule schedule;
  private final NoiseLevels.Choice choice;
  private final OptionalDouble clip;

  HeunDiscreteScheduler(ConfigFile json) {
    this.schedule = NoiseSchedule.of(json, 0.00085, 0.012, "linear");
    this.choice = NoiseLevels.Choice.of(json, "linspace");
    this.clip = Clip.of(json, false);
    Refusals.zeroTerminalSnr(json, schedule);
  }

  @Override
  public String title() {
    return "Heun";
  }

  @Override
  public boolean karras() {
    return choice.karras();
  }

  @Override
  public NoiseSchedule schedule() {
    return schedule;
  }

  @Override
  public Sampling start(int steps) {
    return new Run(NoiseLevels.fromEndToEnd(schedule, choice, steps).twice());
  }

  private final class Run extends SigmaSampling {
    /** Of the step under way: where it began, and the slope there. */
    private final History begun = new History(2);

    Run(NoiseLevels levels) {
      super(schedule, levels, choice.spacing());
    }

    @Override
    public NDArray step(NDArray output, int i, NDArray x, StepNoise noise) {
      try (Scope scope = new Scope()) {
        NDArray slope = derivative(x, Clip.apply(clip, original(output, i, x)), sigma(i));
        if (i % 2 == 0) {
          begun.add(x);
          begun.add(slope);
          return scope.result(x.add(slope.mul((float) (sigma(i + 1) - sigma(i)))));
        }
        NDArray mean = begun.get(0).add(slope).div(2);
        return scope.result(begun.get(1).add(mean.mul((float) (sigma(i) - sigma(i - 1)))));
      }
    }

    @Override
    public void close() {
      begun.close();
    }
  }
}
