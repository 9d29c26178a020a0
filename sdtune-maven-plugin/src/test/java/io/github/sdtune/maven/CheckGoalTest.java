package io.github.sdtune.maven;

import static org.apache.maven.api.plugin.testing.MojoExtension.getVariableValueFromObject;
import static org.apache.maven.api.plugin.testing.MojoExtension.setVariableValueToObject;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.gate.Baseline;
import io.github.sdtune.io.Json;
import io.github.sdtune.maven.parameters.BaselineParameters;
import io.github.sdtune.metric.MetricCatalog;
import io.github.sdtune.metric.Metrics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.maven.api.plugin.testing.Basedir;
import org.apache.maven.api.plugin.testing.InjectMojo;
import org.apache.maven.api.plugin.testing.MojoTest;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.project.MavenProject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
  void comparesWithTheBaseModelWhereThatIsWanted(
      @InjectMojo(goal = "evaluate") EvaluateMojo evaluate) throws Exception {
    session.getUserProperties().setProperty("sdtune.baseline", "base");
    LAUNCHER.baseLoss = 0.3;
    prepared(evaluate).execute();
    assertThat(log.lines).anyMatch(line -> line.contains("baseline the base model"));

    LAUNCHER.baseLoss = 0.2;
    session.getUserProperties().setProperty("sdtune.maxSteps", "8"); // so that it is stale
    assertThatThrownBy(evaluate::execute)
        .isInstanceOf(MojoFailureException.class)
        .hasMessageContaining("more than 2% worse than 0.2000 of the base model");
  }

  /** 0.9 was released with 0.2; rebaseline found 0.26, under the settings of then. */
  @ParameterizedTest
  @CsvSource({"0, true", "1, false"})
  @Basedir(PROJECT)
  void whatWasMeasuredAgainCountsUnderItsSettingsAlone(
      String seed, boolean counts, @InjectMojo(goal = "evaluate") EvaluateMojo evaluate)
      throws Exception {
    baseline = Optional.of(released(0.2, "0"));
    Json.write(folder.resolve("sdtune/baseline/metrics.json"), released(0.26, seed).metrics());
    prepared(evaluate);
    if (counts) {
      evaluate.execute();
    } else {
      assertThatThrownBy(evaluate::execute).hasMessageContaining("worse than 0.2000 of 0.9");
    }
  }

  /** What a file says is what was chosen. */
  @Test
  @Basedir(PROJECT)
  void whatWasMeasuredAgainIsNotInThePlaceOfAFile(
      @InjectMojo(goal = "evaluate") EvaluateMojo evaluate) throws Exception {
    baseline = Optional.of(released(0.2, "0"));
    Json.write(folder.resolve("sdtune/baseline/metrics.json"), released(0.26, "0").metrics());
    BaselineParameters file = new BaselineParameters();
    file.file = folder.resolve("released.json").toFile();
    setVariableValueToObject(prepared(evaluate), "baseline", file);
    assertThatThrownBy(evaluate::execute).hasMessageContaining("worse than 0.2000 of 0.9");
  }

  private static Baseline released(double loss, String seed) {
    return new Baseline(
        "0.9",
        new Metrics(
            Metrics.VERSION,
            "org.example:model:0.9",
            Map.of("seed", seed),
            Map.of(),
            Map.of("validation.loss", MetricCatalog.metric("validation.loss", loss)),
            Map.of(),
            Map.of(),
            List.of(),
            Optional.empty()));
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
