package io.github.sdtune.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.sdtune.tensor.OptimizerOps;
import java.util.List;
import java.util.SortedMap;

/**
 * Stochastic gradient descent with momentum (Sutskever et al. 2013,
 * https://proceedings.mlr.press/v28/sutskever13.html), as {@code torch.optim.SGD}: weight decay is
 * part of the gradient.
 *
 * <pre>
 * g = g + weightDecay w
 * b = momentum b + (1 - dampening) g       (the first one: g)
 * w = w - rate b                           (Nesterov: w - rate (g + momentum b))
 * </pre>
 */
public final class Sgd extends Optimizer {
  /**
   * What SGD needs to know.
   *
   * @param momentum decay of the sum of gradients; 0: none is kept
   * @param dampening share of a gradient that does not get into the sum
   * @param nesterov whether to look ahead by the momentum
   */
  public record Settings(double momentum, double dampening, boolean nesterov, double weightDecay)
      implements OptimizerSettings {
    /** Torch's, with the momentum that is usual. */
    public static final Settings DEFAULTS = new Settings(0.9, 0, false, 0);

    public Settings {
      new Findings()
          .requireDecay("sgdMomentum", momentum)
          .require(dampening >= 0 && dampening <= 1, "sgdDampening", dampening, "0 to 1")
          .requireAlso(
              !nesterov || (momentum > 0 && dampening == 0),
              "sgdNesterov",
              nesterov,
              "false, or <sgdMomentum> of more than 0 and <sgdDampening> of 0")
          .requireWeightDecay(weightDecay)
          .done();
    }

    @Override
    public String name() {
      return "sgd";
    }

    @Override
    public Settings withWeightDecay(double decay) {
      return new Settings(momentum, dampening, nesterov, decay);
    }

    @Override
    public Optimizer create(SortedMap<String, NDArray> parameters, NDManager manager) {
      return new Sgd(parameters, this, manager);
    }
  }

  private final Settings settings;
  private final StateNumber steps;
  private final List<NDArray> buffers;

  Sgd(SortedMap<String, NDArray> parameters, Settings settings, NDManager manager) {
    super(parameters, manager);
    this.settings = settings;
    this.steps = remember("steps", 0);
    this.buffers = settings.momentum() == 0 ? List.of() : rememberZeros("momentum_buffer");
  }

  @Override
  void update(List<NDArray> gradients, double learningRate) {
    if (buffers.isEmpty()) {
      OptimizerOps.sgd(parameters(), gradients, learningRate, settings.weightDecay());
    } else {
      OptimizerOps.sgdWithMomentum(
          parameters(),
          gradients,
          buffers,
          learningRate,
          settings.momentum(),
          steps.get() == 0 ? 0 : settings.dampening(),
          settings.nesterov(),
          settings.weightDecay());
    }
    steps.set(steps.get() + 1);
  }
}
