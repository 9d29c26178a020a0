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
    /**
     * The run goes on.
     *
     * @param from such as {@code the last checkpoint}
     */
    void resumed(int step, String from);

    void step(int step, TrainingStep.Outcome outcome);

    void validated(int step, Map<String, Metric> metrics, boolean best);

    /** A step whose loss or gradient is not finite was not taken. */
    void skipped(int step, String why);

    /** Memory ran out: from now on so many pictures at most go through the networks at once. */
    void halved(int pictures);

    /** The run ends, because too many steps in a row were not taken, or of a bad validation. */
    void diverged(int step, String why);

    /** Something that the user should read. */
    void warned(String text);
  }

  /**
   * The files of a run.
   *
   * @param checkpoints to go on from, if there is one that fits, and to write
   * @param log of all steps and validations
   */
  public record Files(Path checkpoints, Path log) {}

  /**
   * How a run ended.
   *
   * @param steps done
   * @param bestStep after which the kept weights were measured
   * @param best their value of the watched metric
   * @param skipped steps that were not taken, because they were not finite
   */
  public record Result(int steps, int bestStep, double best, End end, int skipped) {}

  /** Why a run ended. */
  public enum End {
    ALL_STEPS_DONE,
    /** The run may go on another time. */
    PAUSED,
    STOPPED_EARLY,
    /** The watched metric is as good as was asked for. */
    REACHED,
    /** Too many steps in a row were not finite, or a validation was too bad. */
    DIVERGED
  }

  private final TrainingSettings settings;
  private final TrainingStep trainingStep;
  private final Batches batches;
  private final Validator validator;
  private final Listener listener;
  private final Files files;
  private final String run;
  private final Safeguards safeguards;
  private final Controls controls;
  private final NDManager manager;
  private final Checkpoints checkpoints;

  private final SortedMap<String, NDArray> parameters;
  private final SortedMap<String, NDArray> best = new TreeMap<>();
  private final Optional<Ema> ema;
  private final SortedMap<String, NDArray> state = new TreeMap<>();
  private EarlyStopping earlyStopping;
  private SkippedSteps skipped = SkippedSteps.NONE;
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
      Safeguards safeguards,
      Controls controls,
      NDManager manager) {
    this.settings = settings;
    this.trainingStep = trainingStep;
    this.batches = batches;
    this.validator = validator;
    this.listener = listener;
    this.files = files;
    this.run = run;
    this.safeguards = safeguards;
    this.controls = controls;
    this.checkpoints =
        new Checkpoints(files.checkpoints(), safeguards.checkpoints().keep(), listener::warned);
    this.manager = manager;
    this.parameters = groups.parameters();
    this.ema = settings.emaDecay().map(decay -> new Ema(parameters, decay));
    parameters.forEach((name, p) -> best.put(name, Tensors.detachedCopy(p)));
    parameters.forEach((name, array) -> state.put("parameter." + name, array));
    best.forEach((name, array) -> state.put("best." + name, array));
    ema.ifPresent(e -> e.averages().forEach((name, array) -> state.put("ema." + name, array)));
    trainingStep.state().forEach((name, array) -> state.put("step." + name, array));
    groups.state().forEach((name, array) -> state.put("optimizer." + name, array));
  }

  /** Trains to the end, and leaves the best weights in the parameters. */
  public Result train() {
    return train(settings.maxSteps());
  }

  /**
   * Trains until so many steps are done, as a run that goes on to the end would do them; another
   * trainer with the same files takes it up. Leaves the best weights in the parameters.
   *
   * @throws StoppedException if it was asked to stop, and is saved
   */
  public Result train(int until) {
    int done;
    controls.stop().listen();
    try (Watchdog watchdog = new Watchdog(safeguards.stepSeconds(), controls.hangs())) {
      done = loop(resume(), until, watchdog);
    } finally {
      controls.stop().ignore();
    }
    copy(best, parameters);
    EarlyStopping.State end = earlyStopping.state();
    return new Result(done, end.bestStep(), end.best(), end(done), skipped.total());
  }

  private int loop(int first, int until, Watchdog watchdog) {
    int done = first;
    SaveSchedule saves = new SaveSchedule(safeguards.checkpoints(), System::nanoTime);
    while (done < until && !over(done)) {
      int step = done;
      TrainingStep.Outcome outcome =
          watchdog.watch(
              () -> describe(step), () -> trainingStep.run(step, part -> batches.at(step, part)));
      done++;
      skipped = skipped.after(outcome);
      if (outcome.finite()) {
        ema.ifPresent(e -> e.update(step));
      }
      log.step(done, outcome);
      listener.step(done, outcome);
      if (!outcome.finite()) {
        tell(step, outcome);
      }
      boolean validated = done % settings.validationInterval() == 0 || done == settings.maxSteps();
      if (validated) {
        validate(done);
      }
      boolean stops = controls.stop().isMade();
      if (validated || done == until || over(done) || stops || saves.due(done)) {
        int steps = done;
        saves.run(() -> save(steps));
      }
      if (stops) {
        throw new StoppedException(done, settings.maxSteps());
      }
    }
    return done;
  }

  private String describe(int step) {
    return "step %d (pictures and timesteps: %s)".formatted(step + 1, batches.describe(step));
  }

  private boolean over(int done) {
    return end(done) != End.PAUSED;
  }

  private End end(int done) {
    if (skipped.tooMany()) {
      return End.DIVERGED;
    }
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
    Optional<Checkpoint> checkpoint =
        switch (safeguards.resumeFrom()) {
          case Safeguards.NONE -> Optional.empty();
          case Safeguards.LATEST -> checkpoints.latest(run);
          default -> Optional.of(checkpoints.named(safeguards.resumeFrom(), run));
        };
    if (checkpoint.isEmpty()) {
      earlyStopping = new EarlyStopping(settings.earlyStopping());
      log = TrainingLog.begin(files.log(), new byte[0]);
      validate(0); // the base model: what every later validation is compared with
      return 0;
    }
    log = TrainingLog.begin(files.log(), checkpoint.get().log());
    Checkpoint.State saved = checkpoint.get().restore(state, manager);
    earlyStopping = new EarlyStopping(settings.earlyStopping(), saved.earlyStopping());
    skipped = saved.skipped();
    boolean latest = safeguards.resumeFrom().equals(Safeguards.LATEST);
    listener.resumed(
        saved.step(), latest ? "the last checkpoint" : "the checkpoint " + safeguards.resumeFrom());
    return saved.step();
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
    if (earlyStopping.stop().equals(Optional.of(EarlyStopping.Reason.DIVERGED))) {
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
    checkpoints.save(
        new Checkpoint.State(run, done, over(done), skipped, earlyStopping.state()),
        files.log(),
        state);
  }

  private void tell(int step, TrainingStep.Outcome outcome) {
    String what = skipped.describe(step + 1, outcome, batches.describe(step));
    if (skipped.tooMany()) {
      listener.diverged(step + 1, what);
    } else {
      listener.skipped(step + 1, what);
    }
  }

  private static void copy(SortedMap<String, NDArray> from, SortedMap<String, NDArray> to) {
    Ops.foreachCopy(List.copyOf(to.values()), List.copyOf(from.values()));
  }
}
