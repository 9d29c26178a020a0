package io.github.sdtune.diffusion;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.io.ConfigFile;
import io.github.sdtune.tensor.Scope;

/**
 * The linear multistep method of Adams and Bashforth for uneven steps, along the probability flow
 * of https://arxiv.org/abs/2206.00364: the polynomial through the last slopes, at most four, is
 * integrated over the step.
 */
final class LMSDiscreteScheduler implements Scheduler {
  private static final int ORDER = 4;

  /** Gauss's two points integrate the polynomial of third degree exactly. */
  private static final double GAUSS = Math.sqrt(1 / 3.0);

  private final NoiseSchedule schedule;
  private final NoiseLevels.Choice choice;

  LMSDiscreteScheduler(ConfigFile json) {
    this.schedule = NoiseSchedule.of(json);
    this.choice = NoiseLevels.Choice.of(json, "linspace");
    Refusals.zeroTerminalSnr(json, schedule);
  }

  @Override
  public String title() {
    return "LMS";
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
    private final History slopes = new History(ORDER);

    Run(NoiseLevels levels) {
      super(schedule, levels, choice.spacing());
    }

    @Override
    public NDArray step(NDArray output, int i, NDArray x, StepNoise noise) {
      try (Scope scope = new Scope()) {
        slopes.add(derivative(x, original(output, i, x), sigma(i)));
        NDArray next = x;
        for (int back = 0; back < slopes.size(); back++) {
          next = next.add(slopes.get(back).mul((float) weight(i, back, slopes.size())));
        }
        return scope.result(next);
      }
    }

    /** The integral from sigma_i to sigma_i+1 of the polynomial that is 1 at sigma_(i - back). */
    private double weight(int i, int back, int order) {
      double half = (sigma(i + 1) - sigma(i)) / 2;
      double middle = (sigma(i + 1) + sigma(i)) / 2;
      return half
          * (lagrange(middle - GAUSS * half, i, back, order)
              + lagrange(middle + GAUSS * half, i, back, order));
    }

    private double lagrange(double sigma, int i, int back, int order) {
      double product = 1;
      for (int k = 0; k < order; k++) {
        if (k != back) {
          product *= (sigma - sigma(i - k)) / (sigma(i - back) - sigma(i - k));
        }
      }
      return product;
    }

    @Override
    public void close() {
      slopes.close();
    }
  }
}
