package io.github.sdtune.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.sdtune.tensor.OptimizerOps;
import io.github.sdtune.tensor.Scope;
import io.github.sdtune.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Prodigy (Mishchenko and Defazio 2023, https://arxiv.org/abs/2306.06101): Adam whose rate is an
 * estimate d of the distance to the solution, which only grows. Same numbers as the package {@code
 * prodigyopt}.
 *
 * <pre>
 * r = beta3 r + (d / d0) d rate (g . (w0 - w))
 * s = beta3 s + (d / d0) d rate g                    (safeguardWarmup: without rate)
 * m = beta1 m + (1 - beta1) d g
 * v = beta2 v + (1 - beta2) d^2 g^2
 * d' = max(d, dCoef r / |s|_1)                        at most growthRate d
 * w = w - d rate weightDecay w - d rate m / (sqrt(v) + d' epsilon)
 * </pre>
 *
 * <p>The learning rate is a factor, 1 by default; with useBiasCorrection it is multiplied by {@code
 * sqrt(1 - beta2^t) / (1 - beta1^t)}. A step at rate 0 does nothing at all.
 */
public final class Prodigy extends Optimizer {
  /**
   * What Prodigy needs to know.
   *
   * @param decouple whether weight decay is AdamW's; else it is part of the gradient
   * @param beta3 decay of the estimate's sums; absent: the root of beta2
   * @param safeguardWarmup keeps a warm-up from raising the estimate too far
   * @param d0 first estimate
   * @param dCoef factor of the estimate
   * @param growthRate how many times the estimate may grow in a step; infinity: as it likes
   */
  public record Settings(
      double beta1,
      double beta2,
      double epsilon,
      double weightDecay,
      boolean decouple,
      Optional<Double> beta3,
      boolean useBiasCorrection,
      boolean safeguardWarmup,
      double d0,
      double dCoef,
      double growthRate)
      implements OptimizerSettings {
    /** prodigyopt's, with the two safeguards that diffusers' scripts switch on. */
    public static final Settings DEFAULTS =
        new Settings(
            0.9,
            0.999,
            1e-8,
            0,
            true,
            Optional.empty(),
            true,
            true,
            1e-6,
            1,
            Double.POSITIVE_INFINITY);

    public Settings {
      Findings findings =
          new Findings()
              .requireDecay("adamBeta1", beta1)
              .requireDecay("adamBeta2", beta2)
              .require(epsilon > 0, "adamEpsilon", epsilon, "more than 0")
              .requireWeightDecay(weightDecay)
              .require(d0 > 0, "prodigyD0", d0, "more than 0")
              .require(dCoef > 0, "prodigyDCoef", dCoef, "more than 0")
              .requireAlso(growthRate > 1, "prodigyGrowthRate", growthRate, "more than 1");
      beta3.ifPresent(decay -> findings.requireDecay("prodigyBeta3", decay));
      findings.done();
    }

    @Override
    public boolean findsItsRate() {
      return true;
    }

    @Override
    public String name() {
      return "prodigy";
    }

    @Override
    public Settings withWeightDecay(double decay) {
      return new Settings(
          beta1,
          beta2,
          epsilon,
          decay,
          decouple,
          beta3,
          useBiasCorrection,
          safeguardWarmup,
          d0,
          dCoef,
          growthRate);
    }

    @Override
    public Optimizer create(SortedMap<String, NDArray> parameters, NDManager manager) {
      return new Prodigy(parameters, this, manager);
    }
  }

  private final Settings settings;
  private final List<NDArray> initial = new ArrayList<>();
  private final List<NDArray> expAvgs;
  private final List<NDArray> expAvgSqs;
  private final List<NDArray> sums; // s
  private final StateNumber numerator; // r
  private final StateNumber d;
  private final StateNumber highestD;
  private final StateNumber steps;

  Prodigy(SortedMap<String, NDArray> parameters, Settings settings, NDManager manager) {
    super(parameters, manager);
    this.settings = settings;
    for (int i = 0; i < parameters.size(); i++) {
      NDArray copy = Scope.keep(Tensors.detachedCopy(parameters().get(i)));
      initial.add(remember(i, "p0", copy));
    }
    this.expAvgs = rememberZeros("exp_avg");
    this.expAvgSqs = rememberZeros("exp_avg_sq");
    this.sums = rememberZeros("s");
    this.numerator = remember("d_numerator", 0);
    this.d = remember("d", settings.d0());
    this.highestD = remember("d_max", settings.d0());
    this.steps = remember("steps", 0);
  }

  @Override
  public double rate(double learningRate) {
    double t = steps.get() + 1;
    double biasCorrection =
        settings.useBiasCorrection()
            ? Math.sqrt(1 - Math.pow(settings.beta2(), t)) / (1 - Math.pow(settings.beta1(), t))
            : 1;
    return d.get() * learningRate * biasCorrection;
  }

  @Override
  void update(List<NDArray> gradients, double learningRate) {
    if (learningRate == 0) {
      return;
    }
    if (settings.decouple() || settings.weightDecay() == 0) {
      move(gradients, learningRate, settings.weightDecay());
    } else {
      OptimizerOps.addScaled(gradients, parameters(), settings.weightDecay());
      move(gradients, learningRate, 0);
    }
  }

  private void move(List<NDArray> gradients, double learningRate, double weightDecay) {
    double rate = rate(learningRate);
    if (!improveEstimate(gradients, rate)) {
      return;
    }
    OptimizerOps.prodigyMove(
        parameters(), expAvgs, expAvgSqs, rate, d.get() * settings.epsilon(), weightDecay);
    steps.set(steps.get() + 1);
  }

  /** Takes the gradients into the averages and sums; answers whether there were any but zeros. */
  private boolean improveEstimate(List<NDArray> gradients, double rate) {
    double before = d.get();
    double beta3 = settings.beta3().orElse(Math.sqrt(settings.beta2()));
    // d / d0 instead of d, to keep away from the smallest floats
    double relative = before / settings.d0();
    OptimizerOps.averageMoments(
        expAvgs, expAvgSqs, gradients, before, settings.beta1(), settings.beta2());
    double sumShare = relative * (settings.safeguardWarmup() ? before : rate);
    double distance = OptimizerOps.dots(gradients, initial, parameters());
    double sum = OptimizerOps.decayAndSum(sums, gradients, beta3, sumShare);
    if (sum == 0) {
      return false;
    }
    numerator.set(beta3 * numerator.get() + relative * rate * distance);
    double estimate = settings.dCoef() * numerator.get() / sum;
    highestD.set(Math.max(highestD.get(), estimate));
    double from = before == settings.d0() ? Math.max(before, estimate) : before;
    d.set(Math.min(highestD.get(), from * settings.growthRate()));
    return true;
  }
}
