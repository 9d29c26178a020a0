package io.github.sdtune.diffusion;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.io.ConfigFile;
import io.github.sdtune.tensor.Scope;

/**
 * DPM-Solver++ of first and second order over several steps (Lu et al.,
 * https://arxiv.org/abs/2211.01095, algorithm 2 "2M" and its appendix on the stochastic equation).
 * Half the log signal-to-noise ratio, lambda, is the time: {@code h} is a step in it.
 */
final class DPMSolverMultistepScheduler implements Scheduler {
  /** In fewer steps than this the last one is steadier when taken with first order. */
  private static final int FEW_STEPS = 15;

  private final NoiseSchedule schedule;
  private final NoiseLevels.Choice choice;
  private final boolean stochastic;
  private final int order;
  private final boolean heun;
  private final boolean lowerOrderFinal;
  private final boolean eulerAtFinal;
  private final boolean cosine;

  DPMSolverMultistepScheduler(ConfigFile json) {
    this.schedule = NoiseSchedule.of(json);
    this.choice = NoiseLevels.Choice.of(json, "linspace").withEnd(json);
    // DEIS's and UniPC's configs have other names there, which mean the usual one
    String algorithm =
        json.text("algorithm_type", "dpmsolver++", "dpmsolver++", "sde-dpmsolver++", "deis");
    this.stochastic = algorithm.startsWith("sde");
    this.order = json.integer("solver_order", 2);
    json.require(order == 1 || order == 2, "solver_order: found " + order + ", expected 1 or 2");
    String solver =
        json.text("solver_type", "midpoint", "midpoint", "heun", "logrho", "bh1", "bh2");
    this.heun = solver.equals("heun");
    this.lowerOrderFinal = json.truth("lower_order_final", true);
    this.eulerAtFinal = json.truth("euler_at_final", false);
    this.cosine =
        json.text("beta_schedule", "linear", NoiseSchedule.ALL).equals(NoiseSchedule.COSINE);
    json.only("thresholding", false);
    json.only("lambda_min_clipped", Double.NEGATIVE_INFINITY);
    json.only("variance_type", null);
    json.only("use_lu_lambdas", false);
    json.only("use_flow_sigmas", false);
    json.only("use_dynamic_shifting", false);
  }

  @Override
  public String title() {
    return stochastic ? "DPM++ 2M SDE" : "DPM++ 2M";
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
    return new Run(
        NoiseLevels.shortOfTheEnd(schedule, choice, steps, cosine ? Math::floor : Math::rint));
  }

  private final class Run implements Sampling {
    private final NoiseLevels levels;

    /** The predictions of x_0. */
    private final History originals = new History(order);

    Run(NoiseLevels levels) {
      this.levels = levels;
    }

    @Override
    public double[] timesteps() {
      return levels.timesteps();
    }

    @Override
    public double[] sigmas() {
      return levels.sigmas();
    }

    @Override
    public int draws() {
      return stochastic ? levels.steps() : 0;
    }

    @Override
    public NDArray step(NDArray output, int i, NDArray x, StepNoise noise) {
      Mixture from = Mixture.preserving(levels.sigma(i));
      Mixture to = Mixture.preserving(levels.sigma(i + 1));
      double h = levels.lambda(i + 1) - levels.lambda(i);
      // The noise of the stochastic equation takes as much signal away again.
      double k = stochastic ? 2 * h : h;
      double share = to.signal() * -Math.expm1(-k);
      try (Scope scope = new Scope()) {
        NDArray original = from.original(schedule.predictionType(), output, x);
        double kept = to.noise() / from.noise() * (stochastic ? Math.exp(-h) : 1);
        NDArray next = x.mul((float) kept).add(original.mul((float) share));
        if (originals.size() > 0 && order == 2 && !lowersOrder(i)) {
          double previous = levels.lambda(i) - levels.lambda(i - 1);
          NDArray slope = original.sub(originals.get(0)).mul((float) (h / previous));
          double weight = heun ? to.signal() * (Math.expm1(-k) / k + 1) : share / 2;
          next = next.add(slope.mul((float) weight));
        }
        if (stochastic) {
          double fresh = to.noise() * Math.sqrt(-Math.expm1(-2 * h));
          next = next.add(noise.draw(i).mul((float) fresh));
        }
        originals.add(original);
        return scope.result(next);
      }
    }

    private boolean lowersOrder(int i) {
      boolean few = lowerOrderFinal && levels.steps() < FEW_STEPS;
      return i == levels.steps() - 1 && (eulerAtFinal || few || choice.endsAtZero());
    }

    @Override
    public void close() {
      originals.close();
    }
  }
}
