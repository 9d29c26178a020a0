package io.github.sdtune.maven.parameters;

import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.dataset.AugmentationSettings;
import io.github.sdtune.method.MethodSettings;
import io.github.sdtune.train.CaptionSettings;
import io.github.sdtune.train.CheckpointSettings;
import io.github.sdtune.train.EarlyStoppingSettings;
import io.github.sdtune.train.LossSettings;
import io.github.sdtune.train.MemorySettings;
import io.github.sdtune.train.NoiseSettings;
import io.github.sdtune.train.OptimizerSettings;
import io.github.sdtune.train.PriorPreservation;
import io.github.sdtune.train.Safeguards;
import io.github.sdtune.train.ScheduleSettings;
import io.github.sdtune.train.TrainingSettings;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code <training>}: how to train. Names and defaults are those of diffusers' {@code
 * train_text_to_image_lora.py} where it has them.
 */
public class TrainingParameters extends LossParameters {
  /** Optimizer steps at most. Required. User property: {@code sdtune.maxSteps}. */
  public Integer maxSteps;

  /** Pictures in a forward pass. User property: {@code sdtune.batchSize}. */
  public int batchSize = 16;

  /** Forward passes in an optimizer step. */
  public int gradientAccumulation = 1;

  /** Gradients are scaled down to this global norm. */
  public double maxGradNorm = 1;

  /** Highest decay of the exponential moving average of the weights; default: none. */
  public Double emaDecay;

  /** Steps between validations; default: a tenth of {@code maxSteps}, at least 1. */
  public Integer validationInterval;

  /** When to stop before {@code maxSteps}; default: never. */
  public EarlyStoppingParameters earlyStopping = new EarlyStoppingParameters();

  /** When to save, so that a training that is interrupted goes on. */
  public CheckpointingParameters checkpointing = new CheckpointingParameters();

  /**
   * A step that takes longer hangs: it is ended, with a dump of all threads in the worker's log.
   */
  public String stepTimeout = "2h";

  /** What the model is to go on drawing of the subject's class; default: it is not asked. */
  public PriorPreservationParameters priorPreservation;

  /** What becomes of captions before they are used; default: nothing. */
  public CaptionParameters captions = new CaptionParameters();

  /** In how many ways each picture is seen; default: as it is. */
  public AugmentationParameters augmentation = new AugmentationParameters();

  /** Seed of all randomness. User property: {@code sdtune.seed}. */
  public long seed;

  /**
   * Type of the frozen weights in memory: float32, or stored for that of their file. What is
   * trained is float32 in any case.
   */
  public String weights = "float32";

  /**
   * Whether the backward pass computes the blocks of networks once more, in place of keeping all of
   * their activations: the same weights to the last bit in less memory and more time.
   */
  public boolean gradientCheckpointing;

  /**
   * In which floats the steps compute their products: no, for float32, {@code bf16} or {@code
   * fp16}, which scales the loss. For GPUs, and for CPUs with instructions for them; {@code auto}:
   * float32 on a CPU, on a GPU {@code bf16} where it has that in hardware, else {@code fp16}.
   * Validations compute in float32.
   */
  public String mixedPrecision = "no";

  /** The settings; {@code overrides} win. */
  public TrainingSettings settings(Overrides overrides) {
    return settings(overrides, Sources.ignored());
  }

  /** The settings, and for {@code sources} where each is from. */
  public TrainingSettings settings(Overrides overrides, Sources sources) {
    Checks checks = new Checks("training");
    Optional<Integer> steps = overrides.maxSteps().or(() -> Optional.ofNullable(maxSteps));
    checks.require(
        steps.isPresent(), "maxSteps", "nothing", "how many optimizer steps to train at most");
    checkFitting(checks);
    MethodSettings moved = method(checks);
    NoiseSettings noise = noise(checks);
    LossSettings loss = loss(checks);
    ScheduleSettings schedule = schedule(checks);
    OptimizerSettings optimizer = optimizer(checks);
    CaptionSettings captioned = captions.settings(checks.inside("captions"));
    AugmentationSettings augmented = checks.take(augmentation::settings, AugmentationSettings.NONE);
    if (moved != null && moved.moves(Part.VAE)) {
      refuseDenoising(checks, captioned, augmented);
    }
    EarlyStoppingSettings stopping = checks.take(earlyStopping::settings, null);
    Optional<PriorPreservation> prior =
        Optional.ofNullable(priorPreservation)
            .map(bean -> bean.settings(checks.inside("priorPreservation")));
    MemorySettings memory =
        new MemorySettings(
            checks.precision(weights), gradientCheckpointing, checks.compute(mixedPrecision));
    TrainingSettings settings =
        checks.take(
            () ->
                settings(
                    overrides,
                    steps.orElse(1),
                    moved,
                    noise,
                    loss,
                    captioned,
                    augmented,
                    schedule,
                    optimizer,
                    stopping,
                    memory,
                    prior,
                    checks),
            null);
    checks.done();
    sources.add("training", this, checks);
    return settings;
  }

  /** How it is kept from being lost. */
  public Safeguards safeguards(String resumeFrom) {
    Checks checks = new Checks("training");
    CheckpointSettings checkpoints = checkpointing.settings(checks.inside("checkpointing"));
    double seconds =
        checks.take(
            () -> Durations.seconds("<training><stepTimeout>", stepTimeout),
            Safeguards.STEP_SECONDS);
    checks.done();
    return new Safeguards(checkpoints, seconds, resumeFrom);
  }

  /** Refuses what belongs to another method, optimizer or schedule, also in rules. */
  private void checkFitting(Checks checks) {
    Map<String, Set<String>> chosen =
        Map.of(
            "method", methods(),
            "optimizer", Set.of(optimizer),
            "learningRateSchedule", Set.of(learningRateSchedule),
            "lossWeighting", Set.of(weighting(checks)),
            "timestepDistribution", Set.of(timestepDistribution));
    Belongings.check(this, chosen, checks);
    for (int i = 0; i < rules.size(); i++) {
      Belongings.check(rules.get(i), chosen, checks.item("rules", "rule", i + 1));
    }
  }

  /**
   * Refuses what a decoder makes no use of: what stands between this class and the methods is of
   * noise, and of errors in finding it.
   */
  private void refuseDenoising(
      Checks checks, CaptionSettings captioned, AugmentationSettings augmented) {
    TrainingParameters fresh = new TrainingParameters();
    String expected = "nothing beside part vae, which learns to reconstruct pictures";
    checks.require(priorPreservation == null, "priorPreservation", "a class", expected);
    checks.require(captioned.equals(CaptionSettings.PLAIN), "captions", "other ones", expected);
    checks.require(augmented.equals(AugmentationSettings.NONE), "augmentation", "some", expected);
    for (Class<? super TrainingParameters> type = TrainingParameters.class.getSuperclass();
        type != MethodParameters.class;
        type = type.getSuperclass()) {
      checks.requireUnused(this, fresh, type, expected);
    }
  }

  private TrainingSettings settings(
      Overrides overrides,
      int steps,
      MethodSettings moved,
      NoiseSettings noise,
      LossSettings loss,
      CaptionSettings captioned,
      AugmentationSettings augmented,
      ScheduleSettings schedule,
      OptimizerSettings optimizer,
      EarlyStoppingSettings stopping,
      MemorySettings memory,
      Optional<PriorPreservation> prior,
      Checks checks) {
    return new TrainingSettings(
        moved,
        learningRate(overrides.learningRate(), optimizer, checks),
        schedule,
        optimizer,
        steps,
        overrides.batchSize().orElse(batchSize),
        gradientAccumulation,
        maxGradNorm,
        noise,
        loss,
        captioned,
        augmented,
        Optional.ofNullable(emaDecay),
        checks.or("validationInterval", validationInterval, Math.max(1, steps / 10)),
        stopping,
        overrides.seed().orElse(seed),
        memory,
        prior);
  }
}
