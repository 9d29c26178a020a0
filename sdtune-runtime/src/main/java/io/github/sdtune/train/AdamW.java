package io.github.sdtune.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.tensor.Gradients;
import io.github.sdtune.tensor.Ops;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * AdamW (Loshchilov and Hutter 2019, https://arxiv.org/abs/1711.05101): Adam whose weight decay is
 * decoupled from the gradient. Same numbers as {@code torch.optim.AdamW}; libtorch's fused kernel
 * does the work.
 */
public final class AdamW {
  private final List<NDArray> parameters;
  private final List<NDArray> expAvgs = new ArrayList<>(); // first moments
  private final List<NDArray> expAvgSqs = new ArrayList<>(); // second moments
  private final List<NDArray> steps = new ArrayList<>();
  private final List<String> names;
  private final TrainingSettings settings;

  /** Starts with zero moments, which live on {@code manager}. */
  public AdamW(
      SortedMap<String, NDArray> parameters, TrainingSettings settings, NDManager manager) {
    this.names = List.copyOf(parameters.keySet());
    this.parameters = List.copyOf(parameters.values());
    this.settings = settings;
    for (NDArray parameter : this.parameters) {
      expAvgs.add(manager.zeros(parameter.getShape()));
      expAvgSqs.add(manager.zeros(parameter.getShape()));
      steps.add(manager.zeros(new Shape()));
    }
  }

  /** Scales the gradients down to a global norm of {@code maxNorm}; returns the norm before. */
  public double clipGradNorm(double maxNorm) {
    List<NDArray> gradients = Gradients.of(parameters);
    double norm = Ops.globalNorm(gradients).getFloat();
    if (norm > maxNorm) {
      NDArray factor = parameters.get(0).getManager().create((float) (maxNorm / (norm + 1e-6)));
      Ops.foreachScale(gradients, factor);
    }
    return norm;
  }

  /** Moves the parameters along their gradients, in place. */
  public void step(double learningRate) {
    List<NDArray> gradients = Gradients.of(parameters);
    Ops.fusedAdamW(
        parameters,
        gradients,
        expAvgs,
        expAvgSqs,
        steps,
        learningRate,
        settings.adamBeta1(),
        settings.adamBeta2(),
        settings.adamEpsilon(),
        settings.weightDecay());
    gradients.forEach(NDArray::close);
  }

  /** Drops the gradients. */
  public void zeroGrad() {
    Gradients.zero(parameters);
  }

  /** All that has to be saved to go on, by name. The arrays stay the optimizer's. */
  public SortedMap<String, NDArray> state() {
    SortedMap<String, NDArray> state = new TreeMap<>();
    for (int i = 0; i < names.size(); i++) {
      state.put(names.get(i) + ".exp_avg", expAvgs.get(i));
      state.put(names.get(i) + ".exp_avg_sq", expAvgSqs.get(i));
      state.put(names.get(i) + ".step", steps.get(i));
    }
    return state;
  }
}
