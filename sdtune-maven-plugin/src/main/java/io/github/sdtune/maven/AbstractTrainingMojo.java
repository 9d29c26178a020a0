package io.github.sdtune.maven;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.evaluate.EvaluationSettings;
import io.github.sdtune.evaluate.FeatureModel;
import io.github.sdtune.gate.Baseline;
import io.github.sdtune.io.Json;
import io.github.sdtune.job.Goal;
import io.github.sdtune.job.Inputs;
import io.github.sdtune.job.Job;
import io.github.sdtune.job.Outputs;
import io.github.sdtune.job.Stamp;
import io.github.sdtune.maven.artifact.BaselineResolver;
import io.github.sdtune.maven.artifact.FeatureNetworkResolver;
import io.github.sdtune.maven.launch.WorkerException;
import io.github.sdtune.maven.parameters.BaselineChoice;
import io.github.sdtune.maven.parameters.BaselineParameters;
import io.github.sdtune.maven.parameters.DatasetParameters;
import io.github.sdtune.maven.parameters.EvaluationParameters;
import io.github.sdtune.maven.parameters.GateParameters;
import io.github.sdtune.maven.parameters.TrainingParameters;
import io.github.sdtune.metric.Metrics;
import io.github.sdtune.train.Safeguards;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.maven.plugins.annotations.Parameter;

/** The parameters of the goals that lead from pictures to a judged model. */
abstract class AbstractTrainingMojo extends AbstractSdtuneMojo {
  private static final String FORCED = "sdtune.forced";

  /**
   * Where the pictures are and how they are read: {@code directory}, {@code resolution}, {@code
   * captionColumn}, {@code classColumn}, {@code validationShare}, {@code testShare}, {@code
   * maxPixels}, {@code minSide}, {@code background}, {@code buckets}, {@code namedFolders}, {@code
   * severalCaptions}, {@code concepts}.
   *
   * @since 0.1.0
   */
  @Parameter private DatasetParameters dataset;

  /**
   * How to train: {@code method}, {@code rank}, {@code learningRate}, {@code maxSteps}, {@code
   * batchSize}, {@code earlyStopping} and others, with the names and defaults of diffusers.
   *
   * @since 0.1.0
   */
  @Parameter private TrainingParameters training;

  /**
   * What is measured, and how: {@code seed}, {@code timesteps}, {@code batchSize}, {@code
   * classification}, {@code captionMatching}, {@code samples}, {@code clip}, {@code generation}.
   *
   * @since 0.1.0
   */
  @Parameter private EvaluationParameters evaluation;

  /**
   * What metrics must keep to: {@code gate} elements with {@code metric}, {@code minimum}, {@code
   * maximum}, {@code maxRegression}, {@code severity}.
   *
   * @since 0.1.0
   */
  @Parameter private List<GateParameters> gates;

  /**
   * What the model is compared with: {@code version} or {@code file}; by default the highest
   * version below this one that matches {@code versionPattern}.
   *
   * @since 0.1.0
   */
  @Parameter private BaselineParameters baseline;

  /**
   * Regressions that were accepted, each with a reason and for some versions alone: what the goal
   * {@code accept} writes. To be committed with the POM.
   *
   * @since 0.1.0
   */
  @Parameter(
      property = "sdtune.acceptedFile",
      defaultValue = "${project.basedir}/src/main/sdtune/accepted.json")
  private File acceptedFile;

  /**
   * Does again what is up to date.
   *
   * @since 0.1.0
   */
  @Parameter(property = "sdtune.force", defaultValue = "false")
  private boolean force;

  /**
   * What fine-tuning that was interrupted goes on from: {@code latest}, the last checkpoint; {@code
   * none}, which begins anew; or a checkpoint, as its name such as {@code step-40} or its folder.
   *
   * @since 0.1.0
   */
  @Parameter(property = "sdtune.resumeFrom", defaultValue = "latest")
  private String resumeFrom;

  private final Goal goal;

  AbstractTrainingMojo(Goal goal, GoalRunner runner) {
    this(goal.json(), goal, runner);
  }

  /**
   * @param name of this goal
   * @param goal that a training is wanted for
   */
  AbstractTrainingMojo(String name, Goal goal, GoalRunner runner) {
    super(name, runner);
    this.goal = goal;
  }

  @Override
  final boolean isUnconfigured() {
    return super.isUnconfigured() && dataset == null && training == null && gates == null;
  }

  /** What the POM says, checked as a whole. */
  final Settings settings() {
    return settings(findings());
  }

  /**
   * The same.
   *
   * @param findings and what a goal finds wrong with parameters of its own, for the same message
   */
  final Settings settings(Findings findings) {
    Configuration configuration =
        new Configuration(
            baseModel(),
            dataset == null ? new DatasetParameters() : dataset,
            training(),
            evaluation == null ? new EvaluationParameters() : evaluation,
            gates == null ? List.of() : gates,
            baseline == null ? new BaselineParameters() : baseline,
            workerParameters(),
            resumeFrom(findings),
            written());
    return JobFactory.settings(goal, configuration, basedir(), userProperties(), findings);
  }

  /** A checkpoint's name stays, another folder becomes absolute; it must be there. */
  private String resumeFrom(Findings findings) {
    String text = resumeFrom.strip();
    if (text.equals(Safeguards.LATEST) || text.equals(Safeguards.NONE)) {
      return text;
    }
    findings.require(
        !force, "<resumeFrom>: found " + text + " beside <force>, which removes all checkpoints");
    Path folder = basedir().resolve(text);
    if (Files.isDirectory(folder)) {
      return folder.toAbsolutePath().toString();
    }
    Path checkpoints = new Outputs(outputDirectory()).checkpoints();
    findings.require(
        Files.isDirectory(checkpoints.resolve(text)),
        "<resumeFrom>: found %s, expected %s, %s, or a checkpoint; there is none of that name in %s"
            .formatted(text, Safeguards.LATEST, Safeguards.NONE, checkpoints));
    return text;
  }

  /** The release or file to compare with; told before the long work, as it may not be there. */
  final Optional<Baseline> released(BaselineResolver baselines, Settings settings) {
    return baselines.resolve(settings.baseline(), artifact(), repositories());
  }

  /**
   * What the measured model is compared with: the base model, if that is wanted, or what was
   * released: as it was measured then, or under the settings of today by {@code rebaseline}.
   */
  final Optional<Baseline> baseline(Optional<Baseline> released, Settings settings, Metrics now) {
    if (settings.baseline() instanceof BaselineChoice.Base) {
      return Optional.of(Baseline.ofBase(now));
    }
    return settings.baseline() instanceof BaselineChoice.File
        ? released
        : released.map(it -> remeasured(it, now));
  }

  private Baseline remeasured(Baseline baseline, Metrics now) {
    Path again = new Outputs(outputDirectory()).remeasuredBaseline().metrics();
    if (!Files.exists(again)) {
      return baseline;
    }
    Baseline measured = Baseline.read(baseline.version(), again);
    boolean comparable =
        measured.metrics().artifact().equals(baseline.metrics().artifact())
            && measured.metrics().fingerprint().equals(now.fingerprint());
    if (!comparable) {
      return baseline; // of another release, or measured under settings that are no longer
    }
    getLog().info("compares with " + baseline.version() + " as rebaseline has measured it again");
    return measured.withSamples(again.getParent());
  }

  /**
   * The metrics that {@code evaluate} has written.
   *
   * @throws SdtuneException if there are none
   */
  static Metrics measured(Job job) {
    Path metrics = job.outputs().metrics();
    if (!Files.exists(metrics)) {
      throw new SdtuneException(
          "found no " + metrics + ", expected what evaluate measured: run mvn verify first");
    }
    return Json.read(metrics, Metrics.class);
  }

  /** Says so where what was measured is not what would be measured now. */
  final void warnIfStale(Job job) {
    UpToDate.stale(job)
        .ifPresent(
            why ->
                getLog()
                    .warn(
                        "the metrics were measured before the last change ("
                            + why
                            + ") and are judged as they are; evaluate measures anew"));
  }

  /** The accepted regressions of this version. */
  final Acceptance acceptance() {
    return Acceptance.of(
        acceptedFile.toPath().toAbsolutePath().normalize(), project().getVersion());
  }

  /** {@code <training>}, unchecked. */
  final TrainingParameters training() {
    return training == null ? new TrainingParameters() : training;
  }

  /** Removes what is to be made again, if the user wants all to be made again. */
  final void forgetIfForced(Path folder) {
    if (force) {
      UpToDate.forget(folder);
    }
  }

  /** The job of this goal; the base model is brought here for it, and a feature network. */
  final Job job(Settings settings) {
    return settings.job(
        goal,
        artifact(),
        resolve(settings.baseModel()),
        brought(settings.evaluation()),
        outputDirectory(),
        cacheDirectory());
  }

  /** Without the networks that drawn pictures are measured by, where this goal measures none. */
  private EvaluationSettings brought(EvaluationSettings evaluation) {
    if (goal != Goal.EVALUATE) {
      return evaluation.with(Optional.empty(), Optional.empty());
    }
    return evaluation.with(
        evaluation
            .generation()
            .map(g -> g.with(brought(FeatureNetworkResolver.Kind.FEATURES, g.network()))),
        evaluation.clip().map(clip -> brought(FeatureNetworkResolver.Kind.CLIP, clip)));
  }

  private FeatureModel brought(FeatureNetworkResolver.Kind kind, FeatureModel named) {
    return runner().featureNetwork(kind, named, basedir(), repositories(), cacheDirectory());
  }

  /** Has a worker do the job unless it is done. */
  final void run(Job job, Settings settings) throws WorkerException {
    if (force) {
      UpToDate.forget(job, forgotten());
    }
    runIfStale(job, settings);
  }

  /** The same, but what was made is not made again, though the user may want that of a goal. */
  final void runIfStale(Job job, Settings settings) throws WorkerException {
    runner().runIfStale(job, worker(settings.timeout()), terminal(), getLog());
  }

  /** Has weights that came from elsewhere count as trained by this job. */
  static void stampAsTrained(Job job) {
    Outputs outputs = job.outputs();
    List<Path> files =
        job.training().method().published().stream()
            .map(file -> outputs.weights().resolve(file.file()))
            .toList();
    Json.write(
        outputs.stamp(Goal.FINE_TUNE),
        Stamp.of(Inputs.of(job.withGoal(Goal.FINE_TUNE)), outputs.directory(), files));
  }

  /** Goals made to run again in this build: Maven keeps this map for a plugin and a project. */
  @SuppressWarnings("unchecked")
  private Set<Goal> forgotten() {
    Map<String, Object> context = getPluginContext();
    return (Set<Goal>) context.computeIfAbsent(FORCED, key -> EnumSet.noneOf(Goal.class));
  }
}
