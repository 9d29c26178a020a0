package io.github.sdtune.train;

import java.util.Optional;

/** Trainings with prior preservation. */
public final class Priors {
  private Priors() {}

  /** Of which only the weight matters. */
  static PriorPreservation weighing(double weight) {
    return new PriorPreservation(
        "a photo of a dog", Optional.empty(), 100, 50, 7.5, Optional.empty(), 0, 4, weight);
  }

  /** The same training with it. */
  public static TrainingSettings with(TrainingSettings settings, PriorPreservation prior) {
    return new TrainingSettings(
        settings.method(),
        settings.learningRate(),
        settings.schedule(),
        settings.optimizer(),
        settings.maxSteps(),
        settings.batchSize(),
        settings.gradientAccumulation(),
        settings.maxGradNorm(),
        settings.noise(),
        settings.loss(),
        settings.captions(),
        settings.augmentation(),
        settings.emaDecay(),
        settings.validationInterval(),
        settings.earlyStopping(),
        settings.seed(),
        settings.memory(),
        Optional.of(prior));
  }
}
