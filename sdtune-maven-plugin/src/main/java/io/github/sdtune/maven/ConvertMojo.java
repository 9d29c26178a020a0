package io.github.sdtune.maven;

import io.github.sdtune.job.ConvertJob;
import io.github.sdtune.maven.launch.WorkerException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Writes a model or an adapter in another format, or a model with an adapter merged into it. What
 * {@code from} is, is seen from its content; its tensors are streamed. Needs no project.
 *
 * @since 0.1.0
 */
@Mojo(
    name = "convert",
    requiresProject = false,
    threadSafe = true,
    configurator = StrictConfigurator.NAME)
public class ConvertMojo extends AbstractSdtuneMojo {
  /**
   * What to read: a model folder, a single file, an adapter, or the folder that peft writes; a
   * model also as {@code groupId:artifactId:version} or {@code hf:organisation/name@revision};
   * default: the base model.
   *
   * @since 0.1.0
   */
  @Parameter(property = "sdtune.from")
  private String from;

  /**
   * What to write: a file or a folder, as the format has it.
   *
   * @since 0.1.0
   */
  @Parameter(property = "sdtune.to")
  private String to;

  /**
   * Of a model {@code diffusers} or {@code single-file}, of an adapter {@code diffusers}, {@code
   * kohya} or {@code peft}; default: as it is.
   *
   * @since 0.1.0
   */
  @Parameter(property = "sdtune.format")
  private String format;

  /**
   * Type of the numbers: {@code F32}, {@code F16} or {@code BF16}; default: as they are.
   *
   * @since 0.1.0
   */
  @Parameter(property = "sdtune.type")
  private String type;

  /**
   * Files of a model folder that would be larger are split, such as {@code 5GB}; default: never.
   *
   * @since 0.1.0
   */
  @Parameter(property = "sdtune.maxShardSize")
  private String maxShardSize;

  /**
   * A model folder, with or without weights, that a single file or an adapter goes with; default:
   * told by what is in them.
   *
   * @since 0.1.0
   */
  @Parameter(property = "sdtune.config")
  private String config;

  /**
   * What a single file predicts, which it does not say: {@code epsilon} or {@code v_prediction};
   * default: as its family has it.
   *
   * @since 0.1.0
   */
  @Parameter(property = "sdtune.predictionType")
  private String predictionType;

  /**
   * An adapter to merge into the model.
   *
   * @since 0.1.0
   */
  @Parameter(property = "sdtune.adapter")
  private String adapter;

  /**
   * How strong the merged adapter is.
   *
   * @since 0.1.0
   */
  @Parameter(property = "sdtune.scale", defaultValue = "1")
  private double scale;

  /**
   * Whether {@code to} may be there already, and is replaced.
   *
   * @since 0.1.0
   */
  @Parameter(property = "sdtune.overwrite", defaultValue = "false")
  private boolean overwrite;

  /**
   * Skips this goal.
   *
   * @since 0.1.0
   */
  @Parameter(property = "sdtune.convert.skip", defaultValue = "false")
  private boolean skipConvert;

  @Inject
  public ConvertMojo(GoalRunner runner) {
    super("convert", runner);
  }

  @Override
  boolean skipGoal() {
    return skipConvert;
  }

  @Override
  boolean isUnconfigured() {
    return super.isUnconfigured() && from == null && to == null;
  }

  @Override
  void executeGoal() throws WorkerException {
    Findings findings = findings();
    ConvertParameters written =
        new ConvertParameters(
            from,
            to,
            format,
            type,
            maxShardSize,
            config,
            predictionType,
            adapter,
            scale,
            overwrite,
            baseModel());
    ConvertJob checked = written.check(findings, basedir(), workDirectory());
    Optional<Duration> timeout = workerParameters().check(findings);
    findings.done();
    ConvertJob job =
        written
            .reference(basedir())
            .map(reference -> checked.withFrom(resolve(reference).directory()))
            .orElse(checked);
    runner().run(job, worker(timeout), terminal(), getLog());
    getLog().info("converted: " + job.to());
  }

  /** Where there is no project there is no target folder for the worker's files. */
  private Path workDirectory() {
    return project().getFile() == null ? cacheDirectory() : outputDirectory();
  }
}
