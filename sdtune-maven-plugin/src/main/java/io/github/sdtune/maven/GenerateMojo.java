package io.github.sdtune.maven;

import io.github.sdtune.generate.AdapterChoice;
import io.github.sdtune.generate.EmbeddingChoice;
import io.github.sdtune.generate.GenerateSettings;
import io.github.sdtune.job.BaseModel;
import io.github.sdtune.job.GenerateJob;
import io.github.sdtune.job.Outputs;
import io.github.sdtune.maven.artifact.BaseModelReference;
import io.github.sdtune.maven.launch.WorkerException;
import io.github.sdtune.maven.parameters.CommandLine;
import io.github.sdtune.maven.parameters.GenerateParameters;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Draws pictures: PNGs with their settings inside, a contact sheet and an index, below {@code
 * target/sdtune/pictures}. Draws with what this project trained, if it has. Needs a base model and
 * a prompt, {@code mvn sdtune:generate -Dsdtune.prompt="a red fox"}, and no project.
 *
 * @since 0.1.0
 */
@Mojo(
    name = "generate",
    requiresProject = false,
    threadSafe = true,
    configurator = StrictConfigurator.NAME)
public class GenerateMojo extends AbstractSdtuneMojo {
  /**
   * What to draw, and how: {@code prompts}, {@code promptFile}, {@code negativePrompt}, {@code
   * seed}, {@code steps}, {@code guidanceScale}, {@code sampler}, {@code width}, {@code height},
   * {@code batchSize}, {@code imagesPerPrompt}, {@code generator}, {@code adapters}, {@code
   * embeddings}, {@code weights}, {@code outputDirectory}.
   *
   * @since 0.1.0
   */
  @Parameter private GenerateParameters generate;

  /**
   * Skips this goal.
   *
   * @since 0.1.0
   */
  @Parameter(property = "sdtune.generate.skip", defaultValue = "false")
  private boolean skipGenerate;

  @Inject
  public GenerateMojo(GoalRunner runner) {
    super("generate", runner);
  }

  @Override
  boolean skipGoal() {
    return skipGenerate;
  }

  @Override
  void executeGoal() throws WorkerException {
    GenerateParameters written = generate == null ? new GenerateParameters() : generate;
    CommandLine line = new CommandLine(userProperties(), basedir());
    Outputs outputs = new Outputs(outputDirectory());
    Findings findings = findings();
    BaseModelReference base =
        findings.check(() -> BaseModelReference.parse(baseModel(), basedir()));
    GenerateSettings settings = findings.check(() -> written.settings(line));
    Optional<Path> trained = Optional.of(outputs.adapter()).filter(Files::exists);
    List<AdapterChoice> adapters = findings.check(() -> written.adapters(line, trained));
    Optional<Path> learned = Optional.of(outputs.embedding()).filter(Files::exists);
    List<EmbeddingChoice> embeddings = findings.check(() -> written.embeddings(line, learned));
    Optional<Duration> timeout = workerParameters().check(findings);
    findings.done();
    GenerateJob job =
        new GenerateJob(
            model(base, outputs, written, line),
            adapters,
            embeddings,
            settings,
            written.outputDirectory(line, outputs.pictures()),
            outputDirectory(),
            device());
    runner().run(job, worker(timeout), terminal(), getLog());
    getLog().info("pictures: " + job.pictures());
  }

  /** The whole model that this project trained, unless another or adapters are asked for. */
  private BaseModel model(
      BaseModelReference base, Outputs outputs, GenerateParameters written, CommandLine line) {
    boolean named = userProperties().containsKey("sdtune.baseModel") || written.namesAdapters(line);
    if (named || !Files.exists(outputs.model())) {
      return resolve(base);
    }
    getLog().info("draws with " + outputs.model());
    // Beside it: what is trained anew takes the place of both.
    return runner().unpacked(artifact(), outputs.model(), outputs.weights().resolve("unpacked"));
  }
}
