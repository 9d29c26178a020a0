package io.github.sdtune.maven;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.AtomicFile;
import io.github.sdtune.io.Json;
import io.github.sdtune.job.Cost;
import io.github.sdtune.job.Goal;
import io.github.sdtune.job.Outputs;
import io.github.sdtune.metric.MetricCatalog;
import io.github.sdtune.metric.Metrics;
import io.github.sdtune.plan.Plan;
import io.github.sdtune.plan.Share;
import io.github.sdtune.report.ModelTable;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProject;

/**
 * Puts the models of a build side by side: a table in Markdown of what each moves, what it cost and
 * what was measured, with its samples. Each module of the build that was evaluated is a row; this
 * goal belongs into a module after them.
 *
 * @since 0.1.0
 */
@Mojo(name = "compare", threadSafe = true, configurator = StrictConfigurator.NAME)
public class CompareMojo extends AbstractSdtuneMojo {
  /**
   * Metrics that get a column; one that no model has is left out.
   *
   * @since 0.1.0
   */
  @Parameter(
      property = "sdtune.compare.metrics",
      defaultValue = "validation.loss,retention.loss,classification.macroF1")
  private List<String> compareMetrics;

  /**
   * Where {@code table.md} and the pictures that it shows are written.
   *
   * @since 0.1.0
   */
  @Parameter(
      property = "sdtune.compare.directory",
      defaultValue = "${project.build.directory}/sdtune/compare")
  private File compareDirectory;

  /**
   * Skips this goal.
   *
   * @since 0.1.0
   */
  @Parameter(property = "sdtune.compare.skip", defaultValue = "false")
  private boolean skipCompare;

  @Parameter(defaultValue = "${reactorProjects}", readonly = true, required = true)
  private List<MavenProject> reactorProjects;

  @Inject
  public CompareMojo(GoalRunner runner) {
    super("compare", runner);
  }

  @Override
  boolean skipGoal() {
    return skipCompare;
  }

  @Override
  void executeGoal() {
    Findings findings = findings();
    for (String metric : compareMetrics) {
      findings.require(
          MetricCatalog.find(metric).isPresent(),
          "<compareMetrics>: found %s, there is no such metric; %s"
              .formatted(metric, MetricCatalog.suggestion(metric)));
    }
    findings.done();
    List<ModelTable.Row> rows = new ArrayList<>();
    for (MavenProject project : reactorProjects) {
      Outputs outputs = new Outputs(Path.of(project.getBuild().getDirectory(), "sdtune"));
      if (Files.exists(outputs.metrics())) {
        rows.add(row(project, outputs));
      }
    }
    if (rows.isEmpty()) {
      throw new SdtuneException(
          "no module of this build was evaluated; expected target/sdtune/metrics.json in at least"
              + " one: run mvn verify, with this goal in the last module");
    }
    List<String> lines = new ModelTable(rows, compareMetrics).markdown();
    Path file = compareDirectory.toPath().resolve("table.md");
    AtomicFile.writeText(file, String.join("\n", lines) + "\n");
    lines.forEach(getLog()::info);
    getLog().info("table: " + file);
  }

  private ModelTable.Row row(MavenProject project, Outputs outputs) {
    Optional<Plan> plan = read(outputs.plan(), Plan.class);
    Optional<Cost> training = read(outputs.cost(Goal.FINE_TUNE), Cost.class);
    return new ModelTable.Row(
        project.getName(),
        plan.map(Plan::total).map(Share::moved),
        plan.map(Plan::total).map(Share::of),
        training.map(Cost::seconds),
        training.flatMap(Cost::peakMemory),
        Json.read(outputs.metrics(), Metrics.class),
        strip(project, outputs));
  }

  private static <T> Optional<T> read(Path file, Class<T> type) {
    return Files.exists(file) ? Optional.of(Json.read(file, type)) : Optional.empty();
  }

  /** Copies a model's samples beside the table. */
  private Optional<String> strip(MavenProject project, Outputs outputs) {
    Path strip = outputs.strip("tuned");
    if (!Files.exists(strip)) {
      return Optional.empty();
    }
    String name = project.getArtifactId() + ".png";
    try {
      AtomicFile.write(compareDirectory.toPath().resolve(name), Files.readAllBytes(strip));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Optional.of(name);
  }
}
