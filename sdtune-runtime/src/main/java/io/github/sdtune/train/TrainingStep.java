package io.github.sdtune.train;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.method.Method;
import io.github.sdtune.tensor.Gradients;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Scope;
import java.util.function.IntFunction;
import java.util.function.IntToDoubleFunction;

/** One optimizer step: loss, backward, clip, step. */
public final class TrainingStep {
  /**
   * What a step reports.
   *
   * @param loss mean over the micro-batches
   * @param gradNorm global norm of the gradients before clipping
   * @param learningRate what the optimizer makes of the schedule's
   */
  public record Outcome(double loss, double gradNorm, double learningRate) {
    /** A loss or gradient that is not finite spoils the weights: the step was not taken. */
    public boolean finite() {
      return Double.isFinite(loss) && Double.isFinite(gradNorm);
    }
  }

  private final Objective objective;
  private final Method method;
  private final ParameterGroups parameters;
  private final TrainingSettings settings;
  private final IntToDoubleFunction learningRate;

  /** Its learning rates follow the schedule. */
  public TrainingStep(
      Objective objective, Method method, ParameterGroups parameters, TrainingSettings settings) {
    this(objective, method, parameters, settings, settings::learningRate);
  }

  /**
   * @param learningRate of a step, counted from 0
   */
  public TrainingStep(
      Objective objective,
      Method method,
      ParameterGroups parameters,
      TrainingSettings settings,
      IntToDoubleFunction learningRate) {
    this.objective = objective;
    this.method = method;
    this.parameters = parameters;
    this.settings = settings;
    this.learningRate = learningRate;
  }

  /**
   * Takes the step, unless its loss or gradient is not finite.
   *
   * @param step counted from 0
   * @param batches gives micro-batch 0, 1, ... of this step
   */
  public Outcome run(int step, IntFunction<Batch> batches) {
    parameters.begin(step);
    double loss = 0;
    for (int part = 0; part < settings.gradientAccumulation(); part++) {
      int p = part;
      loss += Scope.closing(() -> accumulate(batches.apply(p))) / settings.gradientAccumulation();
    }
    double gradNorm = Scope.closing(() -> parameters.clipGradNorm(step, settings.maxGradNorm()));
    double rate = learningRate.applyAsDouble(step);
    Outcome outcome = new Outcome(loss, gradNorm, parameters.rate(rate));
    if (outcome.finite()) {
      parameters.step(step, rate);
      method.stepped();
    }
    parameters.zeroGrad();
    return outcome;
  }

  /** Adds a micro-batch's gradients to those that are there, and returns its loss. */
  private double accumulate(Batch batch) {
    method.train(batch.items(), batch.occurrences());
    NDArray loss = objective.loss(batch);
    method.evaluate();
    Gradients.backward(Ops.scale(loss, 1.0 / settings.gradientAccumulation()));
    return loss.getFloat();
  }
}
