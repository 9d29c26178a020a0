package io.github.sdtune.maven.parameters;

import io.github.sdtune.train.Adafactor;
import io.github.sdtune.train.AdamW;
import io.github.sdtune.train.AdamW8bit;
import io.github.sdtune.train.LearningRateSchedule;
import io.github.sdtune.train.Lion;
import io.github.sdtune.train.OptimizerSettings;
import io.github.sdtune.train.Prodigy;
import io.github.sdtune.train.ScheduleSettings;
import io.github.sdtune.train.Sgd;
import java.util.Optional;

/**
 * The part of {@code <training>} that says how weights move. What belongs to one optimizer begins
 * with its name; see {@link Belongings}.
 */
public abstract class OptimizationParameters {
  /**
   * The highest learning rate, after warm-up. Default: 1e-4; for sgd, and for adafactor without
   * relative steps, 1e-3; for prodigy and adafactor, which find their rate by themselves, a factor
   * of 1. User property: {@code sdtune.learningRate}.
   */
  public Double learningRate;

  /**
   * {@code constant}, {@code linear}, {@code cosine}, {@code cosine-with-restarts}, {@code
   * polynomial} or {@code piecewise-constant}.
   */
  public String learningRateSchedule = "constant";

  /** Steps in which the learning rate rises from 0. */
  public int warmupSteps;

  /** How often cosine-with-restarts falls; default: 1. */
  public Integer learningRateCycles;

  /** Of what is left, in polynomial; default: 1. */
  public Double learningRatePower;

  /** The learning rate at the end of polynomial; default: 1e-7. */
  public Double learningRateEnd;

  /**
   * Multipliers of piecewise-constant, each with the step until which it holds, and that of the
   * rest: {@code 1:10,0.1:20,0.005}.
   */
  public String learningRateSteps;

  /**
   * {@code adamw}, {@code adamw8bit}, {@code lion}, {@code adafactor}, {@code prodigy} or {@code
   * sgd}.
   */
  public String optimizer = "adamw";

  /**
   * Share of the weights that a step takes away, times the rate; default: of Adam's 1e-2, else 0.
   */
  public Double weightDecay;

  /** Decay of the first moment of AdamW and Prodigy; default: 0.9. */
  public Double adamBeta1;

  /** Decay of the second moment of AdamW and Prodigy; default: 0.999. */
  public Double adamBeta2;

  /** Epsilon of AdamW and Prodigy; default: 1e-8. */
  public Double adamEpsilon;

  /** Share of Lion's average in the direction of a step; default: 0.9. */
  public Double lionBeta1;

  /** Decay of Lion's average; default: 0.99. */
  public Double lionBeta2;

  /** Whether Adafactor's rate comes from the number of steps; default: true. */
  public Boolean adafactorRelativeStep;

  /** Whether Adafactor's rate is relative to the size of the weights; default: true. */
  public Boolean adafactorScaleParameter;

  /** Whether Adafactor's relative steps begin small; default: false. */
  public Boolean adafactorWarmupInit;

  /** Highest root mean square of an update of Adafactor; default: 1. */
  public Double adafactorClipThreshold;

  /** Exponent of the decay of Adafactor's second moments; default: -0.8. */
  public Double adafactorDecayRate;

  /** Decay of Adafactor's first moment; default: 0, none is kept. */
  public Double adafactorBeta1;

  /** Prodigy's first estimate of the rate; default: 1e-6. */
  public Double prodigyD0;

  /** Factor of Prodigy's estimate; default: 1. */
  public Double prodigyDCoef;

  /** How many times Prodigy's estimate may grow in a step; default: as it likes. */
  public Double prodigyGrowthRate;

  /** Decay of the sums behind Prodigy's estimate; default: the root of adamBeta2. */
  public Double prodigyBeta3;

  /** Whether Prodigy's weight decay is apart from the gradient, as AdamW's; default: true. */
  public Boolean prodigyDecouple;

  /** Whether Prodigy corrects its moments' bias as Adam does; default: true. */
  public Boolean prodigyUseBiasCorrection;

  /** Whether to keep a warm-up from raising Prodigy's estimate too far; default: true. */
  public Boolean prodigySafeguardWarmup;

  /** Decay of SGD's sum of gradients; default: 0.9. */
  public Double sgdMomentum;

  /** Share of a gradient that does not get into SGD's sum; default: 0. */
  public Double sgdDampening;

  /** Whether SGD looks ahead by its momentum; default: false. */
  public Boolean sgdNesterov;

  /** The optimizer's settings; AdamW's if they are wrong. */
  final OptimizerSettings optimizer(Checks checks) {
    AdamW.Settings fallback = AdamW.Settings.DEFAULTS;
    return checks.take(
        () ->
            switch (optimizer) {
              case "adamw" -> adamW(checks);
              case "adamw8bit" -> adamW8bit(checks);
              case "lion" -> lion(checks);
              case "adafactor" -> adafactor(checks);
              case "prodigy" -> prodigy(checks);
              case "sgd" -> sgd(checks);
              default -> {
                checks.require(
                    false,
                    "optimizer",
                    optimizer,
                    "one of adamw, adamw8bit, lion, adafactor, prodigy, sgd");
                yield fallback;
              }
            },
        fallback);
  }

  private AdamW.Settings adamW(Checks checks) {
    AdamW.Settings defaults = AdamW.Settings.DEFAULTS;
    return new AdamW.Settings(
        checks.or("adamBeta1", adamBeta1, defaults.beta1()),
        checks.or("adamBeta2", adamBeta2, defaults.beta2()),
        checks.or("adamEpsilon", adamEpsilon, defaults.epsilon()),
        checks.or("weightDecay", weightDecay, defaults.weightDecay()));
  }

  private AdamW8bit.Settings adamW8bit(Checks checks) {
    AdamW.Settings full = adamW(checks);
    return new AdamW8bit.Settings(full.beta1(), full.beta2(), full.epsilon(), full.weightDecay());
  }

  private Lion.Settings lion(Checks checks) {
    Lion.Settings defaults = Lion.Settings.DEFAULTS;
    return new Lion.Settings(
        checks.or("lionBeta1", lionBeta1, defaults.beta1()),
        checks.or("lionBeta2", lionBeta2, defaults.beta2()),
        checks.or("weightDecay", weightDecay, defaults.weightDecay()));
  }

  private Adafactor.Settings adafactor(Checks checks) {
    Adafactor.Settings defaults = Adafactor.Settings.DEFAULTS;
    return new Adafactor.Settings(
        checks.or("adafactorRelativeStep", adafactorRelativeStep, defaults.relativeStep()),
        checks.or("adafactorScaleParameter", adafactorScaleParameter, defaults.scaleParameter()),
        checks.or("adafactorWarmupInit", adafactorWarmupInit, defaults.warmupInit()),
        checks.or("adafactorClipThreshold", adafactorClipThreshold, defaults.clipThreshold()),
        checks.or("adafactorDecayRate", adafactorDecayRate, defaults.decayRate()),
        checks.or("adafactorBeta1", adafactorBeta1, defaults.beta1()),
        checks.or("weightDecay", weightDecay, defaults.weightDecay()));
  }

  private Prodigy.Settings prodigy(Checks checks) {
    Prodigy.Settings defaults = Prodigy.Settings.DEFAULTS;
    return new Prodigy.Settings(
        checks.or("adamBeta1", adamBeta1, defaults.beta1()),
        checks.or("adamBeta2", adamBeta2, defaults.beta2()),
        checks.or("adamEpsilon", adamEpsilon, defaults.epsilon()),
        checks.or("weightDecay", weightDecay, defaults.weightDecay()),
        checks.or("prodigyDecouple", prodigyDecouple, defaults.decouple()),
        Optional.ofNullable(prodigyBeta3),
        checks.or(
            "prodigyUseBiasCorrection", prodigyUseBiasCorrection, defaults.useBiasCorrection()),
        checks.or("prodigySafeguardWarmup", prodigySafeguardWarmup, defaults.safeguardWarmup()),
        checks.or("prodigyD0", prodigyD0, defaults.d0()),
        checks.or("prodigyDCoef", prodigyDCoef, defaults.dCoef()),
        checks.or("prodigyGrowthRate", prodigyGrowthRate, defaults.growthRate()));
  }

  private Sgd.Settings sgd(Checks checks) {
    Sgd.Settings defaults = Sgd.Settings.DEFAULTS;
    return new Sgd.Settings(
        checks.or("sgdMomentum", sgdMomentum, defaults.momentum()),
        checks.or("sgdDampening", sgdDampening, defaults.dampening()),
        checks.or("sgdNesterov", sgdNesterov, defaults.nesterov()),
        checks.or("weightDecay", weightDecay, defaults.weightDecay()));
  }

  /** The schedule's settings; a constant rate if they are wrong. */
  final ScheduleSettings schedule(Checks checks) {
    LearningRateSchedule constant = new LearningRateSchedule.Constant();
    LearningRateSchedule shape =
        checks.take(
            () ->
                switch (learningRateSchedule) {
                  case "constant" -> constant;
                  case "linear" -> new LearningRateSchedule.Linear();
                  case "cosine" -> new LearningRateSchedule.Cosine();
                  case "cosine-with-restarts" ->
                      new LearningRateSchedule.CosineWithRestarts(
                          checks.or("learningRateCycles", learningRateCycles, 1));
                  case "polynomial" ->
                      new LearningRateSchedule.Polynomial(
                          checks.or("learningRatePower", learningRatePower, 1.0),
                          checks.or("learningRateEnd", learningRateEnd, 1e-7));
                  case "piecewise-constant" -> piecewiseConstant(checks);
                  default -> {
                    checks.require(
                        false,
                        "learningRateSchedule",
                        learningRateSchedule,
                        "one of constant, linear, cosine, cosine-with-restarts, polynomial,"
                            + " piecewise-constant");
                    yield constant;
                  }
                },
            constant);
    return checks.take(
        () -> new ScheduleSettings(shape, warmupSteps), new ScheduleSettings(shape, 0));
  }

  private LearningRateSchedule piecewiseConstant(Checks checks) {
    checks.require(
        learningRateSteps != null,
        "learningRateSteps",
        "nothing",
        "multipliers with the steps until which they hold, such as 1:10,0.1:20,0.005");
    return LearningRateSchedule.PiecewiseConstant.of(
        checks.or("learningRateSteps", learningRateSteps, "1"));
  }

  /** The learning rate; {@code override} wins. */
  final double learningRate(Optional<Double> override, OptimizerSettings settings, Checks checks) {
    boolean fine = settings instanceof Sgd.Settings || settings instanceof Adafactor.Settings;
    double usual = settings.findsItsRate() ? 1 : fine ? 1e-3 : 1e-4;
    return override.orElseGet(() -> checks.or("learningRate", learningRate, usual));
  }
}
