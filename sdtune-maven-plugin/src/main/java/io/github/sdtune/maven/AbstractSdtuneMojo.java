package io.github.sdtune.maven;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.job.Goal;
import io.github.sdtune.job.Job;
import io.github.sdtune.maven.artifact.Repositories;
import io.github.sdtune.maven.launch.WorkerException;
import io.github.sdtune.maven.launch.WorkerSettings;
import io.github.sdtune.maven.parameters.BaselineParameters;
import io.github.sdtune.maven.parameters.DatasetParameters;
import io.github.sdtune.maven.parameters.EvaluationParameters;
import io.github.sdtune.maven.parameters.GateParameters;
import io.github.sdtune.maven.parameters.TrainingParameters;
import io.github.sdtune.maven.progress.Terminal;
import java.io.File;
import java.io.PrintStream;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.model.Plugin;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugin.descriptor.PluginDescriptor;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProject;

/** The parameters of all goals, and what happens around each of them. */
abstract class AbstractSdtuneMojo extends AbstractMojo {
  private static final String FORCED = "sdtune.forced";

  /**
   * The pre-trained model: a folder in diffusers layout, a single file of type {@code safetensors},
   * {@code groupId:artifactId:version} of an artifact of type {@code zip} that holds such a folder,
   * or {@code hf:organisation/name@revision} on the Hugging Face hub.
   *
   * @since 0.1.0
   */
  @Parameter private String baseModel;

  /**
   * Where the pictures are and how they are read: {@code directory}, {@code resolution}, {@code
   * captionColumn}, {@code classColumn}, {@code validationShare}, {@code testShare}, {@code
   * maxPixels}, {@code minSide}.
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
   * classification}, {@code samples}.
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
   * Where to compute: {@code auto}, {@code cpu}, {@code gpu} or {@code gpu:N}.
   *
   * @since 0.1.0
   */
  @Parameter(property = "sdtune.device", defaultValue = "auto")
  private String device;

  /**
   * Threads of libtorch; by default one for each core.
   *
   * @since 0.1.0
   */
  @Parameter(property = "sdtune.threads")
  private Integer threads;

  /**
   * More arguments for the worker's JVM.
   *
   * @since 0.1.0
   */
  @Parameter private List<String> jvmArguments;

  /**
   * Java heap of the worker, such as {@code 2g}; tensors are not on the heap.
   *
   * @since 0.1.0
   */
  @Parameter(property = "sdtune.maxHeap")
  private String maxHeap;

  /**
   * How long a worker may run, such as {@code 90m} or {@code 1h30m}; by default as long as it
   * takes.
   *
   * @since 0.1.0
   */
  @Parameter(property = "sdtune.timeout")
  private String timeout;

  /**
   * Does again what is up to date.
   *
   * @since 0.1.0
   */
  @Parameter(property = "sdtune.force", defaultValue = "false")
  private boolean force;

  /**
   * Skips all goals.
   *
   * @since 0.1.0
   */
  @Parameter(property = "sdtune.skip", defaultValue = "false")
  private boolean skip;

  /**
   * Where everything is written.
   *
   * @since 0.1.0
   */
  @Parameter(defaultValue = "${project.build.directory}/sdtune")
  private File outputDirectory;

  /**
   * Where unpacked models are kept, for all builds on this machine.
   *
   * @since 0.1.0
   */
  @Parameter(property = "sdtune.cache", defaultValue = "${user.home}/.cache/sdtune")
  private File cacheDirectory;

  @Parameter(defaultValue = "${project}", readonly = true, required = true)
  private MavenProject project;

  @Parameter(defaultValue = "${session}", readonly = true, required = true)
  private MavenSession session;

  @Parameter(defaultValue = "${plugin}", readonly = true, required = true)
  private PluginDescriptor plugin;

  private final Goal goal;
  private final GoalRunner runner;
  private final List<String> misconfigured = new ArrayList<>();

  AbstractSdtuneMojo(Goal goal, GoalRunner runner) {
    this.goal = goal;
    this.runner = runner;
  }

  /** Takes note of elements that could not be taken as they are. */
  final void misconfigured(List<String> findings) {
    misconfigured.clear();
    misconfigured.addAll(findings);
  }

  /** Whether this goal alone is skipped. */
  abstract boolean skipGoal();

  /** The goal's own work. */
  abstract void executeGoal() throws WorkerException, MojoFailureException;

  @Override
  public final void execute() throws MojoExecutionException, MojoFailureException {
    if (skip || skipGoal()) {
      getLog().info(goal.json() + ": skipped");
      return;
    }
    if (isUnconfiguredParent()) {
      getLog().info(goal.json() + ": nothing is configured for this parent");
      return;
    }
    try {
      executeGoal();
    } catch (SdtuneException e) {
      getLog().debug(e);
      // Without its cause: users need the message, not a stack trace.
      throw new MojoFailureException(message(e));
    } catch (InvalidPathException e) {
      getLog().debug(e);
      throw new MojoFailureException(
          message(e) + "; Maven's locale has no such file names: on Linux" + " set LC_ALL=C.UTF-8");
    } catch (WorkerException e) {
      getLog().debug(e);
      throw new MojoExecutionException(message(e));
    }
  }

  private String message(Exception e) {
    String text = e.getMessage();
    return goal.json() + (text.contains("\n") ? ":\n" : ": ") + text;
  }

  private boolean isUnconfiguredParent() {
    return "pom".equals(project.getPackaging())
        && !project.getModules().isEmpty()
        && baseModel == null
        && dataset == null
        && training == null
        && gates == null;
  }

  /** What the POM says, checked as a whole. */
  final Settings settings() {
    Configuration configuration =
        new Configuration(
            baseModel,
            dataset == null ? new DatasetParameters() : dataset,
            training == null ? new TrainingParameters() : training,
            evaluation == null ? new EvaluationParameters() : evaluation,
            gates == null ? List.of() : gates,
            baseline == null ? new BaselineParameters() : baseline,
            device,
            threads,
            maxHeap,
            timeout);
    return JobFactory.settings(
        goal,
        configuration,
        project.getBasedir().toPath(),
        session.getUserProperties(),
        unknownParameters());
  }

  private List<String> unknownParameters() {
    List<String> unknown = new ArrayList<>(misconfigured);
    Plugin written = project.getPlugin(plugin.getPluginLookupKey());
    if (written != null) {
      unknown.addAll(UnknownParameters.of(written, plugin));
    }
    return unknown;
  }

  /** The job of this goal; the base model is brought here for it. */
  final Job job(Settings settings) {
    Path cache = cacheDirectory.toPath();
    return settings.job(
        goal,
        artifact(),
        runner.baseModel(settings.baseModel(), repositories(), cache, getLog()),
        outputDirectory.toPath().toAbsolutePath().normalize());
  }

  /** Has a worker do the job unless it is done. */
  final void run(Job job, Settings settings) throws WorkerException {
    if (force) {
      UpToDate.forget(job, forgotten());
    }
    WorkerSettings worker =
        new WorkerSettings(
            runner.java(session),
            WorkerClassPath.of(plugin),
            WorkerSettings.MAIN_CLASS,
            jvmArguments == null ? List.of() : new ArrayList<>(jvmArguments),
            Optional.ofNullable(maxHeap),
            Optional.ofNullable(threads),
            settings.timeout(),
            project.getBasedir().toPath(),
            cacheDirectory.toPath().resolve("worker.lock"));
    runner.runIfStale(job, worker, terminal(), getLog());
  }

  /** Goals made to run again in this build: Maven keeps this map for a plugin and a project. */
  @SuppressWarnings("unchecked")
  private Set<Goal> forgotten() {
    Map<String, Object> context = getPluginContext();
    return (Set<Goal>) context.computeIfAbsent(FORCED, key -> EnumSet.noneOf(Goal.class));
  }

  private Optional<PrintStream> terminal() {
    return Terminal.live(
            session.getRequest().isInteractiveMode(),
            session.getUserProperties().getProperty("sdtune.console"))
        ? Optional.of(System.out)
        : Optional.empty();
  }

  final String artifact() {
    return project.getGroupId() + ":" + project.getArtifactId() + ":" + project.getVersion();
  }

  final Repositories repositories() {
    return new Repositories(session.getRepositorySession(), project.getRemoteProjectRepositories());
  }

  final MavenProject project() {
    return project;
  }
}
