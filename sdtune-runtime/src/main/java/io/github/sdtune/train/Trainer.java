package io.github.sdtune.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
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

  /** The metric that decides which weights are best. */
  public static final String WATCHED = "validation.loss";

  /** Measures the model as it is now; metrics by name, {@link #WATCHED} among them. */
  @FunctionalInterface
  public interface Validator {
    Map<String, Double> validate();
  }

  /** Is told what happens. */
  public interface Listener {
    void resumed(int step);

    void step(int step, TrainingStep.Outcome outcome);

    void validated(int step, Map<String, Double> metrics, boolean best);

    /** A step whose loss or gradient is not finite was not taken. */
    void skipped(int step, String why);

    /** The run ends, because too many steps in a row were not taken. */
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
   * @param bestLoss their validation loss
   */
  public record Result(int steps, int bestStep, double bestLoss, End end) {}

  /** Why a run ended. */
  public enum End {
    ALL_STEPS_DONE,
    /** The run may go on another time. */
    PAUSED,
    STOPPED_EARLY,
    /**
     * {@value #MAX_NON_FINITE} steps in a row were not finite: the weights are of no use any more.
     */
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
    while (done < until && !earlyStopping.shouldStop() && nonFinite < MAX_NON_FINITE) {
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
    return new Result(done, end.bestStep(), end.best(), end(done, nonFinite));
  }

  private End end(int done, int nonFinite) {
    if (nonFinite >= MAX_NON_FINITE) {
      return End.DIVERGED;
    }
    if (earlyStopping.shouldStop()) {
      return End.STOPPED_EARLY;
    }
    return done < settings.maxSteps() ? End.PAUSED : End.ALL_STEPS_DONE;
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
    Map<String, Double> metrics = validator.validate();
    boolean improved = earlyStopping.improves(metrics.get(WATCHED), done);
    if (improved) {
      copy(parameters, best);
    }
    ema.ifPresent(Ema::swap);
    log.validation(done, metrics, improved);
    listener.validated(done, metrics, improved);
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
