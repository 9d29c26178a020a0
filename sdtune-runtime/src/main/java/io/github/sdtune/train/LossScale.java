package io.github.sdtune.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.sdtune.tensor.Scope;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * By what the loss is multiplied so that gradients fit into float16 (Micikevicius et al. 2018,
 * https://arxiv.org/abs/1710.03740, section 3.2), with the numbers of {@code torch.amp.GradScaler}:
 * halved when a gradient overflows, in which case the step is not taken, and doubled after 2000
 * steps without.
 */
final class LossScale {
  static final double INITIAL = 65536;
  static final double GROWTH = 2;
  static final double BACKOFF = 0.5;
  static final int INTERVAL = 2000;

  private final SortedMap<String, NDArray> state = new TreeMap<>();
  private final StateNumber scale;
  private final StateNumber stepsSince;

  LossScale(NDManager manager) {
    this.scale = number("lossScale", INITIAL, manager);
    this.stepsSince = number("stepsSinceLossScaleChanged", 0, manager);
  }

  private StateNumber number(String name, double value, NDManager manager) {
    NDArray array = Scope.keep(manager.create(value));
    state.put(name, array);
    return new StateNumber(array);
  }

  double get() {
    return scale.get();
  }

  /**
   * After a step.
   *
   * @param finite whether its gradients were
   */
  void update(boolean finite) {
    double since = finite ? stepsSince.get() + 1 : 0;
    if (!finite) {
      scale.set(scale.get() * BACKOFF);
    } else if (since == INTERVAL) {
      scale.set(scale.get() * GROWTH);
      since = 0;
    }
    stepsSince.set(since);
  }

  /** For a checkpoint. */
  SortedMap<String, NDArray> state() {
    return state;
  }
}
