package io.github.sdtune.train;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.diffusion.NoiseSchedule;
import io.github.sdtune.method.Method;
import io.github.sdtune.model.Conditioning;
import io.github.sdtune.model.TextSource;
import io.github.sdtune.model.UNet2DConditionModel;
import io.github.sdtune.tensor.Gradients;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Scope;
import java.util.Arrays;
import java.util.function.IntFunction;

/** One optimizer step: noise, predict, loss, backward, clip, step. */
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

  private final UNet2DConditionModel unet;
  private final NoiseSchedule schedule;
  private final DiffusionLoss lossFunction;
  private final TextSource texts;
  private final Method method;
  private final ParameterGroups parameters;
  private final TrainingSettings settings;

  /**
   * @param texts the encoders at work if the method moves them, else perhaps a cache
   */
  public TrainingStep(
      UNet2DConditionModel unet,
      NoiseSchedule schedule,
      TextSource texts,
      Method method,
      ParameterGroups parameters,
      TrainingSettings settings) {
    this.unet = unet;
    this.schedule = schedule;
    this.lossFunction = new DiffusionLoss(schedule, settings.loss().snrGamma());
    this.texts = texts;
    this.method = method;
    this.parameters = parameters;
    this.settings = settings;
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
    double learningRate = learningRate(step);
    Outcome outcome = new Outcome(loss, gradNorm, parameters.rate(learningRate));
    if (outcome.finite()) {
      parameters.step(step, learningRate);
      method.stepped();
    }
    parameters.zeroGrad();
    return outcome;
  }

  /** Adds a micro-batch's gradients to those that are there, and returns its loss. */
  private double accumulate(Batch batch) {
    NDArray noisy = schedule.addNoise(batch.latents(), batch.noise(), batch.timesteps());
    NDArray target = schedule.target(batch.latents(), batch.noise(), batch.timesteps());
    NDArray timesteps =
        noisy.getManager().create(Arrays.stream(batch.timesteps()).asLongStream().toArray());
    method.train(batch.items(), batch.occurrences());
    Conditioning conditioning = Conditioning.of(texts.of(batch.captions()), batch.sizes());
    NDArray prediction = unet.forward(noisy, timesteps, conditioning);
    method.evaluate();
    NDArray loss = lossFunction.of(prediction, target, batch.timesteps());
    Gradients.backward(Ops.scale(loss, 1.0 / settings.gradientAccumulation()));
    return loss.getFloat();
  }

  private double learningRate(int step) {
    double highest = settings.learningRate();
    return highest * settings.schedule().multiplier(step, settings.maxSteps(), highest);
  }
}
