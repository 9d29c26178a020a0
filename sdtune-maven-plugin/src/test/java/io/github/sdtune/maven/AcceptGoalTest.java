package io.github.sdtune.maven;

import static org.apache.maven.api.plugin.testing.MojoExtension.getVariableValueFromObject;
import static org.apache.maven.api.plugin.testing.MojoExtension.setVariableValueToObject;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.gate.AcceptedRegression;
import io.github.sdtune.gate.AcceptedRegressions;
import io.github.sdtune.gate.Baseline;
import io.github.sdtune.io.Json;
import io.github.sdtune.metric.Metrics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.maven.api.plugin.testing.Basedir;
import org.apache.maven.api.plugin.testing.InjectMojo;
import org.apache.maven.api.plugin.testing.MojoTest;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.project.MavenProject;
import org.junit.jupiter.api.Test;

/** A regression that is released all the same, with a reason and for a version. */
@MojoTest
class AcceptGoalTest extends GoalHarness {
  private static final String PROJECT = "src/test/resources/projects/configured";

  private <T extends AbstractTrainingMojo> T with(T mojo) throws Exception {
    prepared(mojo);
    setVariableValueToObject(mojo, "acceptedFile", accepted().toFile());
    MavenProject project = getVariableValueFromObject(mojo, "project");
    project.setVersion("1.0-SNAPSHOT");
    return mojo;
  }

  private Path accepted() {
    return folder.resolve("src/accepted.json");
  }

  /** Measures 0.25, releases it, and then measures 0.3. */
  private void regress(EvaluateMojo evaluate) throws Exception {
    with(evaluate).execute();
    Path metrics = folder.resolve("sdtune/metrics.json");
    baseline = Optional.of(new Baseline("0.9", Json.read(metrics, Metrics.class)));
    LAUNCHER.loss = 0.3;
    session.getUserProperties().setProperty("sdtune.maxSteps", "8"); // so that it is stale
    assertThatThrownBy(evaluate::execute)
        .isInstanceOf(MojoFailureException.class)
        .hasMessageContaining("more than 2% worse than 0.2500 of 0.9");
  }

  @Test
  @Basedir(PROJECT)
  void whatWasAcceptedPassesAndWhatIsWorseDoesNot(
      @InjectMojo(goal = "evaluate") EvaluateMojo evaluate,
      @InjectMojo(goal = "accept") AcceptMojo accept,
      @InjectMojo(goal = "check") CheckMojo check)
      throws Exception {
    regress(evaluate);
    assertThat(log.lines)
        .anyMatch(line -> line.contains("mvn sdtune:accept -Dsdtune.reason="))
        .anyMatch(line -> line.contains("\"metric\":\"validation.loss\",\"value\":0.3"));

    assertThatThrownBy(with(accept)::execute)
        .hasMessageContaining("<reason>: found none, expected why");
    setVariableValueToObject(accept, "reason", "half of the pictures are new");
    accept.execute();
    assertThat(AcceptedRegressions.read(accepted()).accepted())
        .containsExactly(
            new AcceptedRegression("validation.loss", 0.3, "1.0", "half of the pictures are new"));

    log.lines.clear();
    with(check).execute();
    assertThat(log.lines)
        .anyMatch(line -> line.contains("ACCEPTED"))
        .anyMatch(line -> line.endsWith(", 1 accepted"));
    assertThat(Files.readString(folder.resolve("sdtune/report.md")))
        .contains("accepted up to 0.3000 until version 1.0: half of the pictures are new");

    LAUNCHER.loss = 0.31;
    session.getUserProperties().setProperty("sdtune.maxSteps", "9");
    log.lines.clear();
    assertThatThrownBy(evaluate::execute).isInstanceOf(MojoFailureException.class);
    assertThat(log.lines).anyMatch(line -> line.contains("is not needed (any more)"));
  }

  @Test
  @Basedir(PROJECT)
  void whatHasEndedCannotBeAcceptedAndStaleMetricsAreSaidToBe(
      @InjectMojo(goal = "evaluate") EvaluateMojo evaluate,
      @InjectMojo(goal = "accept") AcceptMojo accept)
      throws Exception {
    regress(evaluate);
    setVariableValueToObject(with(accept), "reason", "because");
    setVariableValueToObject(accept, "until", "0.9.5");
    assertThatThrownBy(accept::execute)
        .hasMessageContaining(
            "<until>: found 0.9.5, which is before 1.0, the version that is built");
    assertThat(accepted()).doesNotExist();

    setVariableValueToObject(accept, "until", "1.1");
    session.getUserProperties().setProperty("sdtune.maxSteps", "9");
    accept.execute();
    assertThat(log.lines)
        .anyMatch(line -> line.startsWith("WARN the metrics were measured before the last change"));
  }

  @Test
  @Basedir(PROJECT)
  void anAcceptanceEndsWithItsVersion(@InjectMojo(goal = "evaluate") EvaluateMojo evaluate)
      throws Exception {
    Json.write(
        accepted(),
        AcceptedRegressions.NONE.with(
            List.of(new AcceptedRegression("validation.loss", 0.4, "0.9.5", "then"))));
    regress(evaluate);
    assertThat(log.lines)
        .contains(
            "WARN the accepted regression of validation.loss expired with version 0.9.5; remove it"
                + " from "
                + accepted());
  }

  @Test
  @Basedir(PROJECT)
  void aBrokenLimitCannotBeAccepted(
      @InjectMojo(goal = "evaluate") EvaluateMojo evaluate,
      @InjectMojo(goal = "accept") AcceptMojo accept)
      throws Exception {
    LAUNCHER.loss = 0.75; // above the maximum of 0.5
    assertThatThrownBy(with(evaluate)::execute).isInstanceOf(MojoFailureException.class);
    setVariableValueToObject(with(accept), "reason", "because");
    accept.execute();
    assertThat(accepted()).doesNotExist();
    assertThat(log.lines)
        .anyMatch(line -> line.startsWith("INFO there is no regression to accept"));
  }

  @Test
  @Basedir(PROJECT)
  void aFileWithMistakesIsRefusedWithAllOfThem(@InjectMojo(goal = "evaluate") EvaluateMojo evaluate)
      throws Exception {
    Files.createDirectories(accepted().getParent());
    Files.writeString(
        accepted(),
        """
        {"version": 2, "accepted": [
          {"metric": "validation.los", "value": 1, "until": "1.0", "reason": "x"},
          {"metric": "validation.loss", "value": 1},
          {"metric": "validation.loss", "value": 1, "until": "1.0", "reason": "x"}
        ]}
        """);
    assertThatThrownBy(with(evaluate)::execute)
        .hasMessageContaining("accepted.json cannot be used")
        .hasMessageContaining("found version 2 of the format, expected 1")
        .hasMessageContaining("validation.loss is there twice; keep one")
        .hasMessageContaining("did you mean validation.loss")
        .hasMessageContaining("has no reason")
        .hasMessageContaining("has no until");
  }
}
