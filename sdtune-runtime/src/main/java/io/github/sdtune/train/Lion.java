package io.github.sdtune.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.sdtune.tensor.OptimizerOps;
import java.util.List;
import java.util.SortedMap;

/**
 * Lion (Chen et al. 2023, https://arxiv.org/abs/2302.06675): every weight moves by the whole rate,
 * up or down. It wants a rate of a third to a tenth of AdamW's, and as much more weight decay.
 *
 * <pre>
 * w = w - rate weightDecay w - rate sign(beta1 m + (1 - beta1) g)
 * m = beta2 m + (1 - beta2) g
 * </pre>
 */
public final class Lion extends Optimizer {
  /**
   * What Lion needs to know.
   *
   * @param beta1 share of the average in the direction of a step
   * @param beta2 decay of the average
   */
  public record Settings(double beta1, double beta2, double weightDecay)
      implements OptimizerSettings {
    /** Those of the paper and of lion-pytorch. */
    public static final Settings DEFAULTS = new Settings(0.9, 0.99, 0);

    public Settings {
      new Findings()
          .requireDecay("lionBeta1", beta1)
          .requireDecay("lionBeta2", beta2)
          .requireWeightDecay(weightDecay)
          .done();
    }

    @Override
    public String name() {
      return "lion";
    }

    @Override
    public Settings withWeightDecay(double decay) {
      return new Settings(beta1, beta2, decay);
    }

    @Override
    public Optimizer create(SortedMap<String, NDArray> parameters, NDManager manager) {
      return new Lion(parameters, this, manager);
    }
  }

  private final Settings settings;
  private final List<NDArray> expAvgs;

  Lion(SortedMap<String, NDArray> parameters, Settings settings, NDManager manager) {
    super(parameters, manager);
    this.settings = settings;
    this.expAvgs = rememberZeros("exp_avg");
  }

  @Override
  void update(List<NDArray> gradients, double learningRate) {
    OptimizerOps.lion(
        parameters(),
        gradients,
        expAvgs,
        learningRate,
        settings.beta1(),
        settings.beta2(),
        settings.weightDecay());
  }
}
