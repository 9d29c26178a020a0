package io.github.sdtune.maven.parameters;

import io.github.sdtune.adapter.LoraSettings;
import io.github.sdtune.model.Precision;
import io.github.sdtune.train.EarlyStoppingSettings;
import io.github.sdtune.train.OptimizerSettings;
import io.github.sdtune.train.ScheduleSettings;
import io.github.sdtune.train.TrainingSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code <training>}: how to train. Names and defaults are those of diffusers' {@code
 * train_text_to_image_lora.py} where it has them.
 */
public class TrainingParameters extends OptimizationParameters {
  /** What is trained: {@code lora}. */
  public String method = "lora";

  /** Inner dimension of the adapter. */
  public int rank = 4;

  /** The adapter's update is scaled by alpha / rank; default: the rank. */
  public Double alpha;

  /** Probability that an element of the adapter's input is zeroed in training. */
  public double dropout;

  /** Layers that get an adapter, by the end of their name or by a glob with {@code *}. */
  public List<String> targetModules = new ArrayList<>(LoraSettings.ATTENTION);

  /** Optimizer steps at most. User property: {@code sdtune.maxSteps}. */
  public Integer maxSteps;

  /** Pictures in a forward pass. User property: {@code sdtune.batchSize}. */
  public int batchSize = 16;

  /** Forward passes in an optimizer step. */
  public int gradientAccumulation = 1;

  /** Gradients are scaled down to this global norm. */
  public double maxGradNorm = 1;

  /** Gamma of min-SNR weighting, 5 in its paper; default: unweighted. */
  public Double snrGamma;

  /** Strength of an offset common to a channel's noise. */
  public double noiseOffset;

  /** Highest decay of the exponential moving average of the weights; default: none. */
  public Double emaDecay;

  /** Steps between validations; default: a tenth of {@code maxSteps}, at least 1. */
  public Integer validationInterval;

  /** When to stop before {@code maxSteps}; default: never. */
  public EarlyStoppingParameters earlyStopping = new EarlyStoppingParameters();

  /** Seed of all randomness. User property: {@code sdtune.seed}. */
  public long seed;

  /**
   * Type of the frozen weights in memory: float32, or stored for that of their file. What is
   * trained is float32 in any case.
   */
  public String weights = "float32";

  /** The settings; {@code overrides} win. */
  public TrainingSettings settings(Overrides overrides) {
    Checks checks = new Checks("training");
    checks.require(method.equals("lora"), "method", method, "lora");
    Optional<Integer> steps = overrides.maxSteps().or(() -> Optional.ofNullable(maxSteps));
    checks.require(
        steps.isPresent(), "maxSteps", "nothing", "how many optimizer steps to train at most");
    LoraSettings lora =
        checks.take(
            () -> new LoraSettings(rank, alpha == null ? rank : alpha, dropout, targetModules),
            null);
    ScheduleSettings schedule = schedule(checks);
    OptimizerSettings optimizer = optimizer(checks);
    EarlyStoppingSettings stopping = checks.take(earlyStopping::settings, null);
    Precision precision = checks.precision(weights);
    TrainingSettings settings =
        checks.take(
            () ->
                settings(
                    overrides, steps.orElse(1), lora, schedule, optimizer, stopping, precision),
            null);
    checks.done();
    return settings;
  }

  private TrainingSettings settings(
      Overrides overrides,
      int steps,
      LoraSettings lora,
      ScheduleSettings schedule,
      OptimizerSettings optimizer,
      EarlyStoppingSettings stopping,
      Precision precision) {
    return new TrainingSettings(
        lora,
        learningRate(overrides.learningRate(), optimizer),
        schedule,
        optimizer,
        steps,
        overrides.batchSize().orElse(batchSize),
        gradientAccumulation,
        maxGradNorm,
        Optional.ofNullable(snrGamma),
        noiseOffset,
        Optional.ofNullable(emaDecay),
        validationInterval == null ? Math.max(1, steps / 10) : validationInterval,
        stopping,
        overrides.seed().orElse(seed),
        precision);
  }
}
