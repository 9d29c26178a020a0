package io.github.sdtune.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.metric.Metric;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Tensors;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The loop: steps, validations, early stopping, checkpoints. Keeps the best weights, not the last.
 */
public final class Trainer {
  /** A run stops after so many steps in a row whose loss or gradient is not finite. */
  private static final int MAX_NON_FINITE = 10;

  /**
   * Measures the model as it is now; metrics by name, that of {@link EarlyStoppingSettings} among
   * them.
   */
  @FunctionalInterface
  public interface Validator {
    Map<String, Metric> validate();
  }

  /** Is told what happens. */
  public interface Listener {
    void resumed(int step);

    void step(int step, TrainingStep.Outcome outcome);

    void validated(int step, Map<String, Metric> metrics, boolean best);

    /** A step whose loss or gradient is not finite was not taken. */
    void skipped(int step, String why);

    /** Memory ran out: from now on so many pictures at most go through the networks at once. */
    void halved(int pictures);

    /** The run ends, because too many steps in a row were not taken, or of a bad validation. */
    void diverged(int step, String why);
  }

  /**
   * The files of a run.
   *
   * @param checkpoint to go on from, if it is there, and to write
   * @param log of all steps and validations
   */
  public record Files(Path checkpoint, Path log) {}

  /**
   * How a run ended.
   *
   * @param steps done
   * @param bestStep after which the kept weights were measured
   * @param best their value of the watched metric
   */
  public record Result(int steps, int bestStep, double best, End end) {}

  /** Why a run ended. */
  public enum End {
    ALL_STEPS_DONE,
    /** The run may go on another time. */
    PAUSED,
    STOPPED_EARLY,
    /** The watched metric is as good as was asked for. */
    REACHED,
    /** {@value #MAX_NON_FINITE} steps in a row were not finite, or a validation was too bad. */
    DIVERGED
  }

  private final TrainingSettings settings;
  private final TrainingStep trainingStep;
  private final Batches batches;
  private final Validator validator;
  private final Listener listener;
  private final Files files;
  private final String run;
  private final NDManager manager;

  private final SortedMap<String, NDArray> parameters;
  private final SortedMap<String, NDArray> best = new TreeMap<>();
  private final Optional<Ema> ema;
  private final SortedMap<String, NDArray> state = new TreeMap<>();
  private EarlyStopping earlyStopping;
  private TrainingLog log;

  /**
   * @param run digest of everything that decides the run: a checkpoint of another is not taken up
   */
  public Trainer(
      TrainingSettings settings,
      ParameterGroups groups,
      TrainingStep trainingStep,
      Batches batches,
      Validator validator,
      Listener listener,
      Files files,
      String run,
      NDManager manager) {
    this.settings = settings;
    this.trainingStep = trainingStep;
    this.batches = batches;
    this.validator = validator;
    this.listener = listener;
    this.files = files;
    this.run = run;
    this.manager = manager;
    this.parameters = groups.parameters();
    this.ema = settings.emaDecay().map(decay -> new Ema(parameters, decay));
    parameters.forEach((name, p) -> best.put(name, Tensors.detachedCopy(p)));
    parameters.forEach((name, array) -> state.put("parameter." + name, array));
    best.forEach((name, array) -> state.put("best." + name, array));
    ema.ifPresent(e -> e.averages().forEach((name, array) -> state.put("ema." + name, array)));
    groups.state().forEach((name, array) -> state.put("optimizer." + name, array));
  }

  /** Trains to the end, and leaves the best weights in the parameters. */
  public Result train() {
    return train(settings.maxSteps());
  }

  /**
   * Trains until so many steps are done, as a run that goes on to the end would do them; another
   * trainer with the same files takes it up. Leaves the best weights in the parameters.
   */
  public Result train(int until) {
    int done = resume();
    int nonFinite = 0;
    while (done < until && earlyStopping.stop().isEmpty() && nonFinite < MAX_NON_FINITE) {
      int step = done;
      TrainingStep.Outcome outcome = trainingStep.run(step, part -> batches.at(step, part));
      done++;
      if (outcome.finite()) {
        nonFinite = 0;
        ema.ifPresent(e -> e.update(step));
      } else {
        nonFinite++;
      }
      log.step(done, outcome);
      listener.step(done, outcome);
      if (nonFinite > 0) {
        tell(step, nonFinite, outcome);
      }
      boolean validated = done % settings.validationInterval() == 0 || done == settings.maxSteps();
      if (validated) {
        validate(done);
      }
      if (validated || done == until) {
        save(done);
      }
    }
    copy(best, parameters);
    EarlyStopping.State end = earlyStopping.state();
    return new Result(
        done, end.bestStep(), end.best(), nonFinite < MAX_NON_FINITE ? end(done) : End.DIVERGED);
  }

  private End end(int done) {
    return earlyStopping
        .stop()
        .map(
            reason ->
                switch (reason) {
                  case PATIENCE -> End.STOPPED_EARLY;
                  case REACHED -> End.REACHED;
                  case DIVERGED -> End.DIVERGED;
                })
        .orElse(done < settings.maxSteps() ? End.PAUSED : End.ALL_STEPS_DONE);
  }

  private int resume() {
    Optional<Checkpoint.State> saved =
        Checkpoint.load(files.checkpoint(), this::isOfThisRun, state, manager);
    earlyStopping =
        saved
            .map(s -> new EarlyStopping(settings.earlyStopping(), s.earlyStopping()))
            .orElseGet(() -> new EarlyStopping(settings.earlyStopping()));
    log = new TrainingLog(files.log(), saved.map(Checkpoint.State::logLines).orElse(0));
    if (saved.isPresent()) {
      listener.resumed(saved.get().step());
      return saved.get().step();
    }
    validate(0); // the base model: what every later validation is compared with
    return 0;
  }

  private boolean isOfThisRun(Checkpoint.State saved) {
    return run.equals(saved.run()) && TrainingLog.holds(files.log(), saved.logLines());
  }

  private void validate(int done) {
    ema.ifPresent(Ema::swap);
    Map<String, Metric> metrics = validator.validate();
    double value = watched(metrics);
    boolean improved = earlyStopping.improves(value, done);
    if (improved) {
      copy(parameters, best);
    }
    ema.ifPresent(Ema::swap);
    log.validation(done, metrics, improved);
    listener.validated(done, metrics, improved);
    if (end(done) == End.DIVERGED) {
      listener.diverged(
          done,
          "%s is %s after step %d: training ends here, and the best weights so far are kept"
              .formatted(settings.earlyStopping().metric(), value, done));
    }
  }

  private double watched(Map<String, Metric> metrics) {
    String name = settings.earlyStopping().metric();
    if (!metrics.containsKey(name)) {
      throw new SdtuneException(
          "<training><earlyStopping><metric>: found "
              + name
              + ", which is not measured on this dataset, expected one of "
              + String.join(", ", metrics.keySet()));
    }
    return metrics.get(name).value();
  }

  private void save(int done) {
    Checkpoint.State now = new Checkpoint.State(run, done, log.lines(), earlyStopping.state());
    Checkpoint.save(files.checkpoint(), now, state);
  }

  private void tell(int step, int inARow, TrainingStep.Outcome outcome) {
    String what =
        "step %d: the loss is %s and the gradient's norm %s (pictures and timesteps: %s)"
            .formatted(step + 1, outcome.loss(), outcome.gradNorm(), batches.describe(step));
    if (inARow < MAX_NON_FINITE) {
      listener.skipped(step + 1, what);
    } else {
      listener.diverged(
          step + 1,
          what
              + ", the "
              + inARow
              + "th step in a row that is not finite: training ends here, and the best weights so"
              + " far are kept. Try a lower <learningRate>");
    }
  }

  private static void copy(SortedMap<String, NDArray> from, SortedMap<String, NDArray> to) {
    Ops.foreachCopy(List.copyOf(to.values()), List.copyOf(from.values()));
  }
}
