package io.github.sdtune.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.tensor.OptimizerOps;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * Adafactor (Shazeer and Stern 2018, https://arxiv.org/abs/1804.04235): of the second moments of a
 * matrix it keeps the means of rows and columns alone. Same numbers as transformers' {@code
 * Adafactor}.
 *
 * <pre>
 * beta2 = 1 - t^decayRate
 * v     = beta2 v + (1 - beta2) (g^2 + 1e-30)      for two dimensions or more its row and column means
 * u     = g / sqrt(v),  u = u / max(1, rms(u) / clipThreshold)
 * rate  = learning rate, times min(1e-2, 1 / sqrt(t)) (relativeStep; with warmupInit 1e-6 t instead
 *         of 1e-2), times max(1e-3, rms(w)) (scaleParameter)
 * w     = w - rate weightDecay w - rate u          with beta1: minus the moving average of rate u
 * </pre>
 *
 * <p>transformers knows no learning rate beside relative steps; here it is a factor, 1 by default.
 */
public final class Adafactor extends Optimizer {
  /**
   * What Adafactor needs to know.
   *
   * @param relativeStep whether the rate comes from the number of steps; the learning rate is a
   *     factor of it
   * @param scaleParameter whether the rate is relative to the size of the weights
   * @param warmupInit whether relative steps begin small
   * @param clipThreshold highest root mean square of an update
   * @param decayRate exponent of the second moments' decay, negative
   * @param beta1 decay of the first moment; 0: none is kept
   */
  public record Settings(
      boolean relativeStep,
      boolean scaleParameter,
      boolean warmupInit,
      double clipThreshold,
      double decayRate,
      double beta1,
      double weightDecay)
      implements OptimizerSettings {
    /** Those of transformers. */
    public static final Settings DEFAULTS = new Settings(true, true, false, 1, -0.8, 0, 0);

    public Settings {
      new Findings()
          .requireAlso(
              relativeStep || !warmupInit,
              "adafactorWarmupInit",
              warmupInit,
              "false, or <adafactorRelativeStep> true, whose steps it shapes")
          .require(clipThreshold > 0, "adafactorClipThreshold", clipThreshold, "more than 0")
          .require(decayRate < 0, "adafactorDecayRate", decayRate, "less than 0, such as -0.8")
          .requireDecay("adafactorBeta1", beta1)
          .requireWeightDecay(weightDecay)
          .done();
    }

    @Override
    public boolean findsItsRate() {
      return relativeStep;
    }

    @Override
    public String name() {
      return "adafactor";
    }

    @Override
    public Settings withWeightDecay(double decay) {
      return new Settings(
          relativeStep, scaleParameter, warmupInit, clipThreshold, decayRate, beta1, decay);
    }

    @Override
    public Optimizer create(SortedMap<String, NDArray> parameters, NDManager manager) {
      return new Adafactor(parameters, this, manager);
    }
  }

  private final Settings settings;
  private final StateNumber steps;
  private final List<List<NDArray>> secondMoments = new ArrayList<>(); // whole, or rows and columns
  private final List<NDArray> expAvgs;

  Adafactor(SortedMap<String, NDArray> parameters, Settings settings, NDManager manager) {
    super(parameters, manager);
    this.settings = settings;
    this.steps = remember("steps", 0);
    this.expAvgs = settings.beta1() == 0 ? List.of() : rememberZeros("exp_avg");
    for (int i = 0; i < parameters.size(); i++) {
      secondMoments.add(secondMoment(i));
    }
  }

  private List<NDArray> secondMoment(int i) {
    Shape shape = parameters().get(i).getShape();
    int last = shape.dimension() - 1;
    if (last < 1) {
      return List.of(remember(i, "exp_avg_sq", manager().zeros(shape)));
    }
    Shape rows = shape.slice(0, last); // (..., m, n) -> (..., m)
    Shape columns = shape.slice(0, last - 1).add(shape.get(last)); // (..., m, n) -> (..., n)
    return List.of(
        remember(i, "exp_avg_sq_row", manager().zeros(rows)),
        remember(i, "exp_avg_sq_col", manager().zeros(columns)));
  }

  @Override
  public double rate(double learningRate) {
    double step = steps.get() + 1;
    double highest = settings.warmupInit() ? 1e-6 * step : 1e-2;
    return settings.relativeStep()
        ? learningRate * Math.min(highest, 1 / Math.sqrt(step))
        : learningRate;
  }

  @Override
  void update(List<NDArray> gradients, double learningRate) {
    double rate = rate(learningRate);
    steps.set(steps.get() + 1);
    double beta2 = 1 - Math.pow(steps.get(), settings.decayRate());
    for (int i = 0; i < gradients.size(); i++) {
      NDArray direction =
          OptimizerOps.adafactorDirection(gradients.get(i), secondMoments.get(i), beta2);
      OptimizerOps.adafactorMove(
          parameters().get(i),
          direction,
          expAvgs.isEmpty() ? null : expAvgs.get(i),
          rate,
          settings.scaleParameter(),
          settings.clipThreshold(),
          settings.beta1(),
          settings.weightDecay());
      direction.close(); // each is as large as its parameter
    }
  }
}
