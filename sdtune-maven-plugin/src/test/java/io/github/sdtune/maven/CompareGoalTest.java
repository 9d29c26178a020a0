package io.github.sdtune.maven;

import static org.apache.maven.api.plugin.testing.MojoExtension.setVariableValueToObject;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.io.Json;
import io.github.sdtune.job.Cost;
import io.github.sdtune.job.Goal;
import io.github.sdtune.job.Outputs;
import io.github.sdtune.metric.MetricCatalog;
import io.github.sdtune.metric.Metrics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.maven.api.plugin.testing.Basedir;
import org.apache.maven.api.plugin.testing.InjectMojo;
import org.apache.maven.api.plugin.testing.MojoTest;
import org.apache.maven.model.Build;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.project.MavenProject;
import org.junit.jupiter.api.Test;

/** The goal that puts the models of a build side by side. */
@MojoTest
class CompareGoalTest extends GoalHarness {
  private static final String PROJECT = "src/test/resources/projects/comparing";

  private final List<MavenProject> modules = new ArrayList<>();

  @Test
  @Basedir(PROJECT)
  @InjectMojo(goal = "compare")
  void writesARowForEachModuleThatWasEvaluatedWithItsSamples(CompareMojo mojo) throws Exception {
    Outputs small = evaluated("small", 0.12);
    Json.write(small.cost(Goal.FINE_TUNE), new Cost(61, Optional.of(1L << 30)));
    Files.createDirectories(small.samples());
    Files.writeString(small.strip("tuned"), "a picture");
    evaluated("large", 0.2);
    module("parent");

    comparing(mojo).execute();

    assertThat(folder.resolve("compare/table.md"))
        .content()
        .isEqualTo(
            """
            |  | parameters moved | time | memory | `validation.loss` | samples |
            |---|---|---|---|---|---|
            | Model small | - | 1 min 1 s | 1.00 GiB | 0.1200 (-25.00%) | ![](small.png) |
            | Model large | - | - | - | 0.2000 (+25.00%) | - |
            """);
    assertThat(folder.resolve("compare/small.png")).hasContent("a picture");
    assertThat(log.lines)
        .contains("INFO | Model large | - | - | - | 0.2000 (+25.00%) | - |")
        .contains("INFO table: " + folder.resolve("compare/table.md"));
    assertThat(LAUNCHER.requests).isEmpty();
  }

  @Test
  @Basedir(PROJECT)
  @InjectMojo(goal = "compare")
  void saysWhatToDoWhereNothingWasEvaluated(CompareMojo mojo) throws Exception {
    module("parent");
    assertThatThrownBy(comparing(mojo)::execute)
        .isInstanceOf(MojoFailureException.class)
        .hasMessageContaining("no module of this build was evaluated")
        .hasMessageContaining("run mvn verify, with this goal in the last module");
    assertThat(folder.resolve("compare")).doesNotExist();
  }

  @Test
  @Basedir(PROJECT)
  @InjectMojo(goal = "compare")
  void refusesMetricsThatThereAreNot(CompareMojo mojo) throws Exception {
    evaluated("small", 0.12);
    setVariableValueToObject(
        comparing(mojo), "compareMetrics", List.of("validaton.loss", "validation.loss", "xyz"));
    assertThatThrownBy(mojo::execute)
        .isInstanceOf(MojoFailureException.class)
        .hasMessageContaining(
            "<compareMetrics>: found validaton.loss, there is no such metric; did you mean"
                + " validation.loss")
        .hasMessageContaining("found xyz, there is no such metric; sdtune knows validation.loss,");
    assertThat(folder.resolve("compare")).doesNotExist();
  }

  private CompareMojo comparing(CompareMojo mojo) throws Exception {
    prepared(mojo);
    setVariableValueToObject(mojo, "reactorProjects", modules);
    setVariableValueToObject(mojo, "compareDirectory", folder.resolve("compare").toFile());
    return mojo;
  }

  private MavenProject module(String name) {
    MavenProject module = new MavenProject();
    module.setArtifactId(name);
    module.setName("Model " + name);
    Build build = new Build();
    build.setDirectory(folder.resolve(name).resolve("target").toString());
    module.setBuild(build);
    modules.add(module);
    return module;
  }

  private Outputs evaluated(String name, double loss) {
    MavenProject module = module(name);
    Outputs outputs = new Outputs(Path.of(module.getBuild().getDirectory(), "sdtune"));
    Json.write(
        outputs.metrics(),
        new Metrics(
            Metrics.VERSION,
            "org.example:" + name + ":1.0",
            Map.of(),
            Map.of("validation.loss", MetricCatalog.metric("validation.loss", 0.16)),
            Map.of("validation.loss", MetricCatalog.metric("validation.loss", loss)),
            Map.of(),
            Map.of(),
            List.of(),
            Optional.empty()));
    return outputs;
  }
}
