package io.github.sdtune.diffusion;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.io.ConfigFile;
import io.github.sdtune.tensor.Scope;

/**
 * Euler's method along the probability flow: algorithm 1 of Karras et al.
 * (https://arxiv.org/abs/2206.00364) without its second-order correction.
 */
final class EulerDiscreteScheduler implements Scheduler {
  private final NoiseSchedule schedule;
  private final NoiseLevels.Choice choice;

  EulerDiscreteScheduler(ConfigFile json) {
    this.schedule = NoiseSchedule.of(json);
    this.choice = NoiseLevels.Choice.of(json, "linspace").withEnd(json);
    json.only("interpolation_type", "linear");
    json.only("timestep_type", "discrete");
    json.only("sigma_min", null);
    json.only("sigma_max", null);
  }

  @Override
  public String title() {
    return "Euler";
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
    return new Run(NoiseLevels.fromEndToEnd(schedule, choice, steps));
  }

  private final class Run extends SigmaSampling {
    Run(NoiseLevels levels) {
      super(schedule, levels, choice.spacing());
    }

    @Override
    public NDArray step(NDArray output, int i, NDArray x, StepNoise noise) {
      try (Scope scope = new Scope()) {
        NDArray derivative = derivative(x, original(output, i, x), sigma(i));
        return scope.result(x.add(derivative.mul((float) (sigma(i + 1) - sigma(i)))));
      }
    }
  }
}
