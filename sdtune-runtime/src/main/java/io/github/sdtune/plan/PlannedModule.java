package io.github.sdtune.plan;

import io.github.sdtune.method.MovedModule;
import java.util.List;
import java.util.Optional;

/**
 * A layer or parameter that will move, with all that its rule left to the training.
 *
 * @param part its folder
 * @param module its name there
 * @param shape of the weight
 * @param rank of the adapter
 * @param alpha of the adapter
 * @param parameters how many numbers move
 * @param learningRate the highest; for an optimizer that finds its rate, a factor
 * @param weightDecay of the optimizer
 * @param firstStep the step, counted from 0, before which they are frozen
 * @param rule where the user wrote the rule that chose it
 */
public record PlannedModule(
    String part,
    String module,
    List<Long> shape,
    Optional<Integer> rank,
    Optional<Double> alpha,
    long parameters,
    double learningRate,
    double weightDecay,
    int firstStep,
    String rule) {
  public PlannedModule {
    shape = List.copyOf(shape);
  }

  static PlannedModule of(MovedModule moved, double learningRate, double weightDecay) {
    return new PlannedModule(
        moved.part().folder(),
        moved.name(),
        moved.shape(),
        moved.rank(),
        moved.alpha(),
        moved.parameters(),
        moved.learningRate().orElse(learningRate),
        moved.weightDecay().orElse(weightDecay),
        moved.firstStep(),
        moved.rule());
  }
}
