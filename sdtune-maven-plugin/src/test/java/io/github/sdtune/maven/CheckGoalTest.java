package io.github.sdtune.maven;

import static org.apache.maven.api.plugin.testing.MojoExtension.getVariableValueFromObject;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.maven.api.plugin.testing.Basedir;
import org.apache.maven.api.plugin.testing.InjectMojo;
import org.apache.maven.api.plugin.testing.MojoTest;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.project.MavenProject;
import org.junit.jupiter.api.Test;

/** The goal that judges what was measured before. */
@MojoTest
class CheckGoalTest extends GoalHarness {
  private static final String PROJECT = "src/test/resources/projects/configured";

  @Test
  @Basedir(PROJECT)
  void judgesTheSameAsEvaluateWithoutAWorker(
      @InjectMojo(goal = "evaluate") EvaluateMojo evaluate,
      @InjectMojo(goal = "check") CheckMojo check)
      throws Exception {
    prepared(evaluate).execute();
    LAUNCHER.jobs.clear();
    log.lines.clear();
    prepared(check).execute();
    assertThat(LAUNCHER.jobs).isEmpty();
    assertThat(log.lines)
        .anyMatch(line -> line.startsWith("INFO validation.loss"))
        .anyMatch(line -> line.startsWith("WARN NO BASELINE"))
        .noneMatch(line -> line.contains("before the last change"));
    MavenProject project = getVariableValueFromObject(check, "project");
    assertThat(project.getAttachedArtifacts()).hasSize(2);
  }

  @Test
  @Basedir(PROJECT)
  void failsByTheGates(
      @InjectMojo(goal = "evaluate") EvaluateMojo evaluate,
      @InjectMojo(goal = "check") CheckMojo check)
      throws Exception {
    LAUNCHER.loss = 0.75;
    assertThatThrownBy(prepared(evaluate)::execute).isInstanceOf(MojoFailureException.class);
    assertThatThrownBy(prepared(check)::execute)
        .isInstanceOf(MojoFailureException.class)
        .hasMessageContainingAll("validation.loss", "0.75", "0.5", "report.html");
  }

  @Test
  @Basedir(PROJECT)
  void saysIfWhatIsJudgedWasMeasuredBeforeTheLastChange(
      @InjectMojo(goal = "evaluate") EvaluateMojo evaluate,
      @InjectMojo(goal = "check") CheckMojo check)
      throws Exception {
    prepared(evaluate).execute();
    session.getUserProperties().setProperty("sdtune.maxSteps", "8");
    prepared(check).execute();
    assertThat(LAUNCHER.jobs).hasSize(1);
    assertThat(log.lines)
        .contains(
            "WARN the metrics were measured before the last change (fine-tune: changed:"
                + " <training>) and are judged as they are; evaluate measures anew");
  }

  @Test
  @Basedir(PROJECT)
  @InjectMojo(goal = "check")
  void saysWhatToDoWhereNothingWasMeasured(CheckMojo check) throws Exception {
    assertThatThrownBy(prepared(check)::execute)
        .isInstanceOf(MojoFailureException.class)
        .hasNoCause()
        .hasMessage(
            "check: found no "
                + folder.resolve("sdtune/metrics.json")
                + ", expected what evaluate measured: run mvn verify first");
  }
}
