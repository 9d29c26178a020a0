package io.github.sdtune.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.tensor.OptimizerOps;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * AdamW (Loshchilov and Hutter 2019, https://arxiv.org/abs/1711.05101): Adam whose weight decay is
 * decoupled from the gradient. Same numbers as {@code torch.optim.AdamW}; libtorch's fused kernel
 * does the work.
 *
 * <pre>
 * m = beta1 m + (1 - beta1) g
 * v = beta2 v + (1 - beta2) g^2
 * w = w - rate weightDecay w - rate m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + epsilon)
 * </pre>
 */
public final class AdamW extends Optimizer {
  /**
   * What AdamW needs to know.
   *
   * @param beta1 decay of the first moment
   * @param beta2 decay of the second moment
   */
  public record Settings(double beta1, double beta2, double epsilon, double weightDecay)
      implements OptimizerSettings {
    /** As torch and diffusers have them. */
    public static final Settings DEFAULTS = new Settings(0.9, 0.999, 1e-8, 1e-2);

    public Settings {
      new Findings()
          .requireDecay("adamBeta1", beta1)
          .requireDecay("adamBeta2", beta2)
          .require(epsilon > 0, "adamEpsilon", epsilon, "more than 0")
          .requireWeightDecay(weightDecay)
          .done();
    }

    @Override
    public String name() {
      return "adamw";
    }

    @Override
    public Settings withWeightDecay(double decay) {
      return new Settings(beta1, beta2, epsilon, decay);
    }

    @Override
    public Optimizer create(SortedMap<String, NDArray> parameters, NDManager manager) {
      return new AdamW(parameters, this, manager);
    }
  }

  private final Settings settings;
  private final List<NDArray> expAvgs; // first moments
  private final List<NDArray> expAvgSqs; // second moments
  private final List<NDArray> steps = new ArrayList<>();

  AdamW(SortedMap<String, NDArray> parameters, Settings settings, NDManager manager) {
    super(parameters, manager);
    this.settings = settings;
    this.expAvgs = rememberZeros("exp_avg");
    this.expAvgSqs = rememberZeros("exp_avg_sq");
    for (int i = 0; i < parameters.size(); i++) {
      steps.add(remember(i, "step", manager.zeros(new Shape())));
    }
  }

  @Override
  void update(List<NDArray> gradients, double learningRate) {
    OptimizerOps.fusedAdamW(
        parameters(),
        gradients,
        expAvgs,
        expAvgSqs,
        steps,
        learningRate,
        settings.beta1(),
        settings.beta2(),
        settings.epsilon(),
        settings.weightDecay());
  }
}
