package io.github.sdtune.maven;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.job.BaseModel;
import io.github.sdtune.maven.artifact.BaseModelReference;
import io.github.sdtune.maven.artifact.Repositories;
import io.github.sdtune.maven.artifact.SingleFileOptions;
import io.github.sdtune.maven.artifact.UntrainedParts;
import io.github.sdtune.maven.launch.WorkerException;
import io.github.sdtune.maven.launch.WorkerSettings;
import io.github.sdtune.maven.progress.Terminal;
import java.io.File;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
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
  /**
   * The pre-trained model: a folder in diffusers layout, a single file of type {@code safetensors},
   * {@code groupId:artifactId:version} of an artifact of type {@code zip} that holds such a folder,
   * or {@code hf:organisation/name@revision} on the Hugging Face hub.
   *
   * @since 0.1.0
   */
  @Parameter(property = "sdtune.baseModel")
  private String baseModel;

  /**
   * For a base model in a single file: a diffusers folder, with or without weights, whose
   * configurations and tokenizers go with it; by default those of its family.
   *
   * @since 0.1.0
   */
  @Parameter(property = "sdtune.baseModelConfig")
  private File baseModelConfig;

  /**
   * For a base model in a single file, which does not say it: {@code epsilon} or {@code
   * v_prediction}; by default as its family has it.
   *
   * @since 0.1.0
   */
  @Parameter(property = "sdtune.baseModelPredictionType")
  private String baseModelPredictionType;

  /**
   * Parts of the base model that begin untrained, by the names of their folders, such as {@code
   * unet,text_encoder}: of them only {@code config.json} counts, and their weights are drawn as
   * diffusers and transformers would draw them.
   *
   * @since 0.1.0
   */
  @Parameter(property = "sdtune.baseModelUntrained")
  private List<String> baseModelUntrained;

  /**
   * Another seed gives untrained parts of the base model other weights.
   *
   * @since 0.1.0
   */
  @Parameter(property = "sdtune.baseModelSeed", defaultValue = "0")
  private long baseModelSeed;

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

  private final String goal;
  private final GoalRunner runner;
  private final List<String> misconfigured = new ArrayList<>();
  private final Set<String> written = new TreeSet<>();

  AbstractSdtuneMojo(String goal, GoalRunner runner) {
    this.goal = goal;
    this.runner = runner;
  }

  /** Takes note of elements: those that there are, and those that could not be taken so. */
  final void configured(Elements elements) {
    misconfigured.clear();
    misconfigured.addAll(elements.findings());
    written.clear();
    written.addAll(elements.written());
  }

  /** Places of the elements in the POM: {@code training.rules[1].rank}. */
  final Set<String> written() {
    return Set.copyOf(written);
  }

  /** Whether this goal alone is skipped. */
  abstract boolean skipGoal();

  /** The goal's own work. */
  abstract void executeGoal() throws WorkerException, MojoFailureException;

  @Override
  public final void execute() throws MojoExecutionException, MojoFailureException {
    if (skip || skipGoal()) {
      getLog().info(goal + ": skipped");
      return;
    }
    if (isUnconfigured() && isParent()) {
      getLog().info(goal + ": nothing is configured for this parent");
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
    } catch (UncheckedIOException e) {
      getLog().debug(e);
      // A full disk, most often: the file and the system's reason are what counts.
      throw new MojoExecutionException(message(e));
    } catch (WorkerException e) {
      getLog().debug(e);
      throw new MojoExecutionException(message(e));
    }
  }

  private String message(Exception e) {
    String text = e.getMessage();
    return goal + (text.contains("\n") ? ":\n" : ": ") + text;
  }

  private boolean isParent() {
    return "pom".equals(project.getPackaging()) && !project.getModules().isEmpty();
  }

  /** Whether nothing in the POM is meant for this goal. */
  boolean isUnconfigured() {
    return baseModel == null;
  }

  /** What is wrong so far: elements and properties that nothing reads. */
  final Findings findings() {
    Findings findings = new Findings();
    findings.addAll(unknownParameters());
    return findings;
  }

  private List<String> unknownParameters() {
    List<String> unknown = new ArrayList<>(misconfigured);
    Plugin written = project.getPlugin(plugin.getPluginLookupKey());
    if (written != null) {
      unknown.addAll(UnknownParameters.of(written, plugin));
    }
    unknown.addAll(UnknownParameters.of(userProperties(), plugin));
    return unknown;
  }

  final WorkerParameters workerParameters() {
    return new WorkerParameters(device, threads, maxHeap, timeout);
  }

  /** How a worker is started, its parameters being checked. */
  final WorkerSettings worker(Optional<Duration> timeLimit) {
    return new WorkerSettings(
        runner.java(session),
        WorkerClassPath.of(plugin),
        WorkerSettings.MAIN_CLASS,
        jvmArguments == null ? List.of() : new ArrayList<>(jvmArguments),
        Optional.ofNullable(maxHeap),
        Optional.ofNullable(threads),
        timeLimit,
        WorkerSettings.GRACE,
        basedir(),
        cacheDirectory().resolve("worker.lock"));
  }

  final GoalRunner runner() {
    return runner;
  }

  final String baseModel() {
    return baseModel;
  }

  final String device() {
    return device;
  }

  private SingleFileOptions singleFileOptions() {
    if (baseModelConfig != null && !baseModelConfig.isDirectory()) {
      throw new SdtuneException(
          "<baseModelConfig>: found "
              + baseModelConfig
              + ", which is no folder; expected a model in diffusers layout, with or without"
              + " weights");
    }
    return new SingleFileOptions(
        Optional.ofNullable(baseModelConfig).map(File::toPath),
        Optional.ofNullable(baseModelPredictionType));
  }

  /** The base model, brought here. */
  final BaseModel resolve(BaseModelReference reference) {
    return runner.baseModel(
        reference,
        singleFileOptions(),
        UntrainedParts.of(baseModelUntrained, baseModelSeed),
        repositories(),
        cacheDirectory(),
        getLog());
  }

  /** The project's folder; where there is none, the one that Maven was called in. */
  final Path basedir() {
    File basedir = project.getBasedir();
    return basedir == null ? Path.of("").toAbsolutePath() : basedir.toPath();
  }

  final Path outputDirectory() {
    // Without a project Maven leaves the expression of the default as it stands.
    Path folder =
        project.getFile() == null && outputDirectory.getPath().contains("${")
            ? basedir().resolve("target/sdtune")
            : outputDirectory.toPath();
    return folder.toAbsolutePath().normalize();
  }

  final Path cacheDirectory() {
    return cacheDirectory.toPath().toAbsolutePath();
  }

  final Properties userProperties() {
    return session.getUserProperties();
  }

  final Optional<PrintStream> terminal() {
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
