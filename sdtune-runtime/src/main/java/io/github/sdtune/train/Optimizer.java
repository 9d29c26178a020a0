package io.github.sdtune.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.sdtune.tensor.Gradients;
import io.github.sdtune.tensor.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Moves parameters along their gradients. All that a subclass remembers from step to step are
 * arrays that it got from {@link #remember}, so that a checkpoint has all of it and a resumed run
 * goes on with the same bits.
 */
public abstract class Optimizer {
  private final List<String> names;
  private final List<NDArray> parameters;
  private final NDManager manager;
  private final SortedMap<String, NDArray> state = new TreeMap<>();

  Optimizer(SortedMap<String, NDArray> parameters, NDManager manager) {
    this.names = List.copyOf(parameters.keySet());
    this.parameters = List.copyOf(parameters.values());
    this.manager = manager;
  }

  /** Moves the parameters, in place. */
  @SuppressWarnings("try") // the scope is for what happens inside
  public final void step(double learningRate) {
    try (Scope scope = new Scope()) {
      update(Gradients.of(parameters), learningRate);
    }
  }

  /**
   * The rate of the next step, where the optimizer makes its own of the one that is given.
   *
   * @param learningRate as it will be given to {@link #step}
   */
  public double rate(double learningRate) {
    return learningRate;
  }

  /** Drops the gradients. */
  public final void zeroGrad() {
    Gradients.zero(parameters);
  }

  /**
   * All that has to be saved to go on, by name. The arrays stay the optimizer's: to restore them,
   * copy into them.
   */
  public final SortedMap<String, NDArray> state() {
    return new TreeMap<>(state);
  }

  /**
   * The algorithm's step, in a scope of its own.
   *
   * @param gradients one for each parameter; they may be changed
   */
  abstract void update(List<NDArray> gradients, double learningRate);

  final List<NDArray> parameters() {
    return parameters;
  }

  final NDManager manager() {
    return manager;
  }

  /** Zeros of the shape of each parameter, part of the state. */
  final List<NDArray> rememberZeros(String what) {
    List<NDArray> zeros = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      zeros.add(remember(i, what, manager.zeros(parameters.get(i).getShape())));
    }
    return zeros;
  }

  /** Makes an array part of the state of parameter number {@code i}. */
  final NDArray remember(int i, String what, NDArray array) {
    state.put(names.get(i) + "." + what, array);
    return array;
  }

  /** Makes another optimizer's state part of this one's. */
  final void remember(Optimizer part) {
    state.putAll(part.state);
  }

  /** A number that is part of the state. */
  final StateNumber remember(String what, double initial) {
    NDArray array = manager.create(initial);
    state.put(what, array);
    return new StateNumber(array);
  }
}
