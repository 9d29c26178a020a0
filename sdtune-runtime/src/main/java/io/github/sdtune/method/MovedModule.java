package io.github.sdtune.method;

import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.safetensors.Shapes;
import io.github.sdtune.selection.Rule;
import java.util.List;
import java.util.Optional;

/**
 * A layer that gets an adapter, or a parameter that moves itself.
 *
 * @param name in its part
 * @param shape of the weight
 * @param rank of the adapter
 * @param alpha of the adapter
 * @param parameters how many numbers move
 * @param learningRate the highest; absent: that of the training
 * @param weightDecay absent: that of the optimizer
 * @param firstStep the step, counted from 0, before which they are frozen
 * @param rule where the user wrote the rule that chose it
 */
public record MovedModule(
    Part part,
    String name,
    List<Long> shape,
    Optional<Integer> rank,
    Optional<Double> alpha,
    long parameters,
    Optional<Double> learningRate,
    Optional<Double> weightDecay,
    int firstStep,
    String rule) {
  public MovedModule {
    shape = List.copyOf(shape);
  }

  /** A parameter of the base itself. */
  public static MovedModule parameter(Part part, String name, List<Long> shape, Rule rule) {
    return of(part, name, shape, Optional.empty(), Optional.empty(), Shapes.count(shape), rule);
  }

  /** A layer that gets an adapter. */
  public static MovedModule layer(
      Part part,
      String name,
      List<Long> shape,
      int rank,
      double alpha,
      long parameters,
      Rule rule) {
    return of(part, name, shape, Optional.of(rank), Optional.of(alpha), parameters, rule);
  }

  private static MovedModule of(
      Part part,
      String name,
      List<Long> shape,
      Optional<Integer> rank,
      Optional<Double> alpha,
      long parameters,
      Rule rule) {
    return new MovedModule(
        part,
        name,
        shape,
        rank,
        alpha,
        parameters,
        rule.learningRate(),
        rule.weightDecay(),
        rule.firstStep(),
        rule.place());
  }
}
