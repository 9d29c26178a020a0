package io.github.sdtune.train;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.method.Method;
import io.github.sdtune.tensor.Compute;
import io.github.sdtune.tensor.Gradients;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Scope;
import io.github.sdtune.tensor.Segment;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.function.IntToDoubleFunction;

/** One optimizer step: loss, backward, clip, step. */
public final class TrainingStep {
  private static final long LARGE_MAP = 2L << 20;

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
  private final MicroBatches microBatches;
  private final Compute compute;
  private final Optional<LossScale> lossScale;

  /** Its learning rates follow the schedule. */
  public TrainingStep(
      Objective objective, Method method, ParameterGroups parameters, TrainingSettings settings) {
    this(objective, method, parameters, settings, settings::learningRate, rows -> {});
  }

  /**
   * @param learningRate of a step, counted from 0
   * @param halved is told how many pictures go through the networks at once, if memory ran out
   */
  public TrainingStep(
      Objective objective,
      Method method,
      ParameterGroups parameters,
      TrainingSettings settings,
      IntToDoubleFunction learningRate,
      IntConsumer halved) {
    this.objective = objective;
    this.method = method;
    this.parameters = parameters;
    this.settings = settings;
    this.learningRate = learningRate;
    this.microBatches = new MicroBatches(halved);
    this.compute = settings.memory().compute().on(parameters.manager().getDevice());
    this.lossScale =
        compute == Compute.FLOAT16
            ? Optional.of(new LossScale(parameters.manager()))
            : Optional.empty();
  }

  /**
   * Takes the step, unless its loss or gradient is not finite.
   *
   * @param step counted from 0
   * @param batches gives micro-batch 0, 1, ... of this step
   */
  public Outcome run(int step, IntFunction<Batch> batches) {
    parameters.begin(step);
    double loss = compute.during(() -> accumulate(batches));
    lossScale.ifPresent(
        scale ->
            Scope.closing(
                () -> {
                  parameters.scaleGradients(1 / scale.get());
                  return null;
                }));
    double gradNorm = Scope.closing(() -> parameters.clipGradNorm(step, settings.maxGradNorm()));
    double rate = learningRate.applyAsDouble(step);
    Outcome outcome = new Outcome(loss, gradNorm, parameters.rate(rate));
    lossScale.ifPresent(scale -> scale.update(outcome.finite()));
    if (outcome.finite()) {
      parameters.step(step, rate);
      method.stepped();
    }
    parameters.zeroGrad();
    return outcome;
  }

  /** What a checkpoint must hold besides parameters and optimizer. */
  SortedMap<String, NDArray> state() {
    return lossScale.map(LossScale::state).orElseGet(TreeMap::new);
  }

  /** The loss, with its gradients added up; anew with fewer pictures at once if memory runs out. */
  private double accumulate(IntFunction<Batch> batches) {
    while (true) {
      int[] rows = {0};
      try {
        double loss = 0;
        for (int i = 0; i < settings.gradientAccumulation(); i++) {
          int micro = i;
          loss += Scope.closing(() -> accumulate(batches.apply(micro), rows));
        }
        return loss;
      } catch (RuntimeException e) {
        microBatches.halve(e, rows[0]);
        parameters.zeroGrad();
      }
    }
  }

  private double accumulate(Batch batch, int[] rows) {
    rows[0] = batch.rows();
    double loss = 0;
    for (Batch part : microBatches.parts(batch)) {
      double share = batch.share(part) / settings.gradientAccumulation();
      loss += share * Scope.closing(() -> backward(part, share));
    }
    return loss;
  }

  /** Adds the gradients of some rows to those that are there, and returns their loss. */
  private double backward(Batch batch, double share) {
    method.train(batch.items(), batch.occurrences());
    try {
      NDArray loss = Segment.keeping(keeping(batch), () -> objective.loss(batch));
      Gradients.backward(Ops.scale(loss, share * lossScale.map(LossScale::get).orElse(1.0)));
      return loss.getFloat();
    } finally {
      method.evaluate();
    }
  }

  /** To keep less of small maps would cost a tenth of a step and save a few MiB. */
  private Segment.Keeping keeping(Batch batch) {
    if (settings.memory().gradientCheckpointing()) {
      return Segment.Keeping.INPUTS;
    }
    return objective.largestMap(batch) < LARGE_MAP
        ? Segment.Keeping.EVERYTHING
        : Segment.Keeping.LESS;
  }
}
