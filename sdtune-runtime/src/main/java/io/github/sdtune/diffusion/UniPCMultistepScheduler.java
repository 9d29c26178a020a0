package io.github.sdtune.diffusion;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.io.ConfigFile;
import io.github.sdtune.tensor.Scope;

/**
 * UniPC (Zhao et al., https://arxiv.org/abs/2302.04867) with predictions of x_0: after the network
 * was asked at the end of a step, its answer first corrects that step (UniC), then predicts the
 * next (UniP).
 */
final class UniPCMultistepScheduler implements Scheduler {
  private static final int GREATEST_ORDER = 3;
  private final NoiseSchedule schedule;
  private final NoiseLevels.Choice choice;
  private final int order;
  private final boolean bh1;
  private final boolean lowerOrderFinal;

  UniPCMultistepScheduler(ConfigFile json) {
    this.schedule = NoiseSchedule.of(json);
    this.choice = NoiseLevels.Choice.of(json, "linspace").withEnd(json);
    this.order = json.integer("solver_order", 2);
    json.require(
        order >= 1 && order <= GREATEST_ORDER,
        "solver_order: found " + order + ", expected 1 to " + GREATEST_ORDER);
    // DPM-Solver's and DEIS's configs have other names there, which mean the usual one
    this.bh1 =
        json.text("solver_type", "bh2", "bh1", "bh2", "midpoint", "heun", "logrho").equals("bh1");
    this.lowerOrderFinal = json.truth("lower_order_final", true);
    json.require(
        lowerOrderFinal || !choice.endsAtZero(),
        "lower_order_final: found false, with which the step to sigma zero divides by zero; expected"
            + " true, or final_sigmas_type sigma_min");
    json.require(
        choice.endsAtZero() || !choice.karras(),
        "final_sigmas_type: found sigma_min with use_karras_sigmas, whose last step would have no"
            + " length; expected zero");
    json.only("predict_x0", true);
    json.onlyEach("disable_corrector", null);
    json.only("solver_p", null);
    json.only("thresholding", false);
    json.only("use_flow_sigmas", false);
    json.only("use_dynamic_shifting", false);
    json.only("sigma_min", null);
    json.only("sigma_max", null);
  }

  @Override
  public String title() {
    return "UniPC";
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
    return new Run(NoiseLevels.shortOfTheEnd(schedule, choice, steps, Math::rint));
  }

  private final class Run implements Sampling {
    private final NoiseLevels levels;

    /** The predictions of x_0. */
    private final History originals = new History(order);

    /** Where the step under way began. */
    private final History begun = new History(1);

    private int stepOrder;

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
    public NDArray step(NDArray output, int i, NDArray x, StepNoise noise) {
      try (Scope scope = new Scope()) {
        Mixture here = Mixture.preserving(levels.sigma(i));
        NDArray original = here.original(schedule.predictionType(), output, x);
        NDArray corrected = i == 0 ? x : stepped(begun.get(0), i - 1, original);
        originals.add(original);
        begun.add(corrected);
        int left = lowerOrderFinal ? levels.steps() - i : order;
        stepOrder = Math.min(Math.min(order, left), i + 1);
        return scope.result(stepped(corrected, i, null));
      }
    }

    /**
     * From timestep i to the next: UniP or, where the network's answer at the end is known, UniC.
     */
    private NDArray stepped(NDArray x, int i, NDArray atEndOrNull) {
      Mixture from = Mixture.preserving(levels.sigma(i));
      Mixture to = Mixture.preserving(levels.sigma(i + 1));
      double h = levels.lambda(i + 1) - levels.lambda(i);
      double phi = Math.expm1(-h);
      double b = bh1 ? -h : phi;
      NDArray m0 = originals.get(0);
      NDArray next =
          x.mul((float) (to.noise() / from.noise())).sub(m0.mul((float) (to.signal() * phi)));
      double[] ratios = new double[atEndOrNull == null ? stepOrder - 1 : stepOrder];
      for (int k = 1; k < stepOrder; k++) {
        ratios[k - 1] = (levels.lambda(i - k) - levels.lambda(i)) / h;
      }
      if (atEndOrNull != null) {
        ratios[stepOrder - 1] = 1;
      }
      double[] weights = weights(ratios, h, b);
      for (int k = 0; k < ratios.length; k++) {
        NDArray m = k == stepOrder - 1 ? atEndOrNull : originals.get(k + 1);
        double weight = -to.signal() * b * weights[k] / ratios[k];
        next = next.add(m.sub(m0).mul((float) weight));
      }
      return next;
    }

    @Override
    public void close() {
      originals.close();
      begun.close();
    }
  }

  /**
   * The solution a of {@code sum_m r_m^(k-1) a_m = phi_k(h) / B(h)} for k = 1, 2 ... (theorem 3.1).
   * A single unknown is taken to be 1/2, whatever h is.
   */
  private static double[] weights(double[] ratios, double h, double b) {
    int n = ratios.length;
    if (n == 1) {
      return new double[] {0.5};
    }
    double[][] matrix = new double[n][n];
    double[] right = new double[n];
    double phi = Math.expm1(-h) / -h - 1;
    double factorial = 1;
    for (int k = 0; k < n; k++) {
      for (int m = 0; m < n; m++) {
        matrix[k][m] = Math.pow(ratios[m], k);
      }
      right[k] = phi * factorial / b;
      factorial *= k + 2;
      phi = phi / -h - 1 / factorial;
    }
    return solve(matrix, right);
  }

  /** By elimination; the matrix is Vandermonde's of different numbers. */
  private static double[] solve(double[][] matrix, double[] right) {
    int n = right.length;
    for (int column = 0; column < n; column++) {
      for (int row = column + 1; row < n; row++) {
        double factor = matrix[row][column] / matrix[column][column];
        for (int k = column; k < n; k++) {
          matrix[row][k] -= factor * matrix[column][k];
        }
        right[row] -= factor * right[column];
      }
    }
    double[] solution = new double[n];
    for (int row = n - 1; row >= 0; row--) {
      double sum = right[row];
      for (int k = row + 1; k < n; k++) {
        sum -= matrix[row][k] * solution[k];
      }
      solution[row] = sum / matrix[row][row];
    }
    return solution;
  }
}
