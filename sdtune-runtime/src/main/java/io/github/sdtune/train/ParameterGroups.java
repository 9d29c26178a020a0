package io.github.sdtune.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.method.ParameterGroup;
import io.github.sdtune.tensor.Gradients;
import io.github.sdtune.tensor.Ops;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All that a run moves: groups of parameters with a rate, a weight decay and a first step of their
 * own, each with an optimizer.
 */
public final class ParameterGroups {
  private record Group(ParameterGroup of, Optimizer optimizer, double rateFactor) {}

  private final List<Group> groups = new ArrayList<>();
  private final SortedMap<String, NDArray> parameters;
  private final NDManager manager;

  /**
   * Makes an optimizer for each group.
   *
   * @param learningRate that groups without one of their own have
   */
  public ParameterGroups(
      List<ParameterGroup> groups,
      OptimizerSettings settings,
      double learningRate,
      NDManager manager) {
    for (ParameterGroup group : groups) {
      OptimizerSettings own = group.weightDecay().map(settings::withWeightDecay).orElse(settings);
      this.groups.add(
          new Group(
              group,
              own.create(group.parameters(), manager),
              group.learningRate().orElse(learningRate) / learningRate));
    }
    this.parameters = ParameterGroup.all(groups);
    this.manager = manager;
  }

  /** Lets those parameters move that are not frozen any more at a step, counted from 0. */
  public void begin(int step) {
    for (Group group : groups) {
      boolean moves = step >= group.of.firstStep();
      for (NDArray parameter : group.of.parameters().values()) {
        if (parameter.hasGradient() != moves) {
          parameter.setRequiresGradient(moves);
        }
      }
    }
  }

  /** Where the state lives. */
  NDManager manager() {
    return manager;
  }

  /** Multiplies all gradients that there are. */
  void scaleGradients(double factor) {
    List<NDArray> gradients = new ArrayList<>();
    parameters.values().forEach(parameter -> Gradients.find(parameter).ifPresent(gradients::add));
    if (!gradients.isEmpty()) {
      NDArray scale = gradients.get(0).getManager().create((float) factor);
      Ops.foreachScale(gradients, scale);
    }
  }

  /**
   * Scales the gradients of all groups that move down to a global norm of {@code maxNorm}; returns
   * the norm before.
   *
   * @throws SdtuneException naming all parameters that the loss does not depend on
   */
  public double clipGradNorm(int step, double maxNorm) {
    List<NDArray> gradients = new ArrayList<>();
    List<String> without = new ArrayList<>();
    for (Group group : moving(step)) {
      group
          .of
          .parameters()
          .forEach(
              (name, parameter) ->
                  Gradients.find(parameter)
                      .ifPresentOrElse(gradients::add, () -> without.add(name)));
    }
    if (!without.isEmpty()) {
      throw new SdtuneException(
          "<training><rules>: no gradient reaches these parameters, so that they cannot learn;"
              + " leave them out:\n  "
              + String.join("\n  ", without));
    }
    if (gradients.isEmpty()) {
      return 0;
    }
    double norm = Ops.globalNorm(gradients).getFloat();
    if (norm > maxNorm) {
      NDArray factor = gradients.get(0).getManager().create((float) (maxNorm / (norm + 1e-6)));
      Ops.foreachScale(gradients, factor);
    }
    return norm;
  }

  /** Moves the parameters of all groups that are not frozen, in place. */
  public void step(int step, double learningRate) {
    moving(step).forEach(group -> group.optimizer.step(learningRate * group.rateFactor));
  }

  /** The rate of the next step, as the optimizer of the first group makes it. */
  public double rate(double learningRate) {
    Group first = groups.get(0);
    return first.optimizer.rate(learningRate * first.rateFactor);
  }

  /** Drops the gradients. */
  public void zeroGrad() {
    groups.forEach(group -> group.optimizer.zeroGrad());
  }

  private List<Group> moving(int step) {
    return groups.stream().filter(group -> step >= group.of.firstStep()).toList();
  }

  /** All that moves, by name; change it in place. */
  public SortedMap<String, NDArray> parameters() {
    return parameters;
  }

  /** All that has to be saved of the optimizers, by name. */
  public SortedMap<String, NDArray> state() {
    SortedMap<String, NDArray> state = new TreeMap<>();
    for (int i = 0; i < groups.size(); i++) {
      String prefix = i == 0 ? "" : "group" + i + ".";
      groups.get(i).optimizer.state().forEach((name, array) -> state.put(prefix + name, array));
    }
    return state;
  }
}
