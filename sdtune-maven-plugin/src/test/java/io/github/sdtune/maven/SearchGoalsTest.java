package io.github.sdtune.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.io.Json;
import io.github.sdtune.job.FindLearningRateJob;
import io.github.sdtune.job.Request;
import io.github.sdtune.job.TuneJob;
import io.github.sdtune.maven.launch.WorkerException;
import io.github.sdtune.search.Bracket;
import io.github.sdtune.search.RangeTestSettings;
import io.github.sdtune.search.SearchMetric;
import io.github.sdtune.search.Suggestions;
import io.github.sdtune.search.TrialState;
import java.nio.file.Files;
import org.apache.maven.api.plugin.testing.Basedir;
import org.apache.maven.api.plugin.testing.InjectMojo;
import org.apache.maven.api.plugin.testing.MojoParameter;
import org.apache.maven.api.plugin.testing.MojoTest;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.junit.jupiter.api.Test;

/** The goals that look for settings. */
@MojoTest
class SearchGoalsTest extends GoalHarness {
  private static final String PROJECTS = "src/test/resources/projects/";

  @Test
  @Basedir(PROJECTS + "searching")
  @InjectMojo(goal = "tune")
  void turnsThePomIntoASearch(TuneMojo mojo) throws Exception {
    LAUNCHER.requests.clear();
    prepared(mojo).execute();
    TuneJob job = (TuneJob) LAUNCHER.requests.get(0);
    assertThat(job.bracket()).isEqualTo(Bracket.of(6, 90, 10, 3));
    assertThat(job.metric()).isEqualTo(SearchMetric.of("classification.macroF1"));
    assertThat(job.seconds()).contains(1800.0);
    assertThat(job.trials())
        .hasSize(6)
        .allSatisfy(
            trial -> {
              assertThat(trial.values())
                  .containsOnlyKeys("learningRate", "rank", "earlyStopping.patience");
              assertThat(trial.training().learningRate())
                  .isEqualTo(Double.parseDouble(trial.values().get("learningRate")))
                  .isBetween(1e-5, 1e-3);
              assertThat(trial.training().method().adapter().orElseThrow().rank())
                  .isEqualTo(Integer.parseInt(trial.values().get("rank")));
              assertThat(trial.training().earlyStopping().patience())
                  .isEqualTo(Integer.parseInt(trial.values().get("earlyStopping.patience")));
              assertThat(trial.training().maxSteps()).isEqualTo(90);
            });
    // The POM's own training is as it was.
    assertThat(job.job().training().earlyStopping().patience()).isEqualTo(3);
    assertThat(Json.parse(Json.line(job), Request.class, "test")).isEqualTo(job);
  }

  @Test
  @Basedir(PROJECTS + "searching")
  @InjectMojo(goal = "tune")
  void printsTheTableAndWhatToPasteAndDoesNothingTwice(TuneMojo mojo) throws Exception {
    prepared(mojo).execute();
    TuneJob job = (TuneJob) LAUNCHER.requests.get(0);
    assertThat(log.lines)
        .anyMatch(line -> line.startsWith("INFO trial  earlyStopping.patience  learningRate  rank"))
        .contains(
            "INFO   <earlyStopping>",
            "INFO   <rank>" + best(job).values().get("rank") + "</rank>",
            "INFO   <learningRate>" + best(job).values().get("learningRate") + "</learningRate>");
    assertThat(job.outputs().tuneReport()).content().contains("sdtune search", "chart-trials");

    log.lines.clear();
    mojo.execute();
    assertThat(LAUNCHER.requests).hasSize(1);
    assertThat(log.lines)
        .contains("INFO tune: up to date, nothing changed since the search ended")
        .contains("INFO   <rank>" + best(job).values().get("rank") + "</rank>");
  }

  private static TrialState best(TuneJob job) {
    return job.ledger().best().orElseThrow();
  }

  @Test
  @Basedir(PROJECTS + "searching")
  @InjectMojo(goal = "tune")
  @MojoParameter(name = "force", value = "true")
  void searchesAgainIfForced(TuneMojo mojo) throws Exception {
    prepared(mojo).execute();
    mojo.execute();
    assertThat(LAUNCHER.requests).hasSize(2);
  }

  @Test
  @Basedir(PROJECTS + "searching")
  @InjectMojo(goal = "tune")
  void failsIfAllTrialsDiverge(TuneMojo mojo) throws Exception {
    LAUNCHER.trialsDiverge = true;
    assertThatThrownBy(prepared(mojo)::execute)
        .isInstanceOf(MojoFailureException.class)
        .hasMessageContaining("all 6 trials diverged");
    assertThat(log.lines).anyMatch(line -> line.endsWith("diverged"));
  }

  @Test
  @Basedir(PROJECTS + "searching")
  @InjectMojo(goal = "tune")
  void aSearchThatBreaksDownLeavesAReport(TuneMojo mojo) throws Exception {
    LAUNCHER.breakdown = new WorkerException("was stopped after <timeout> 1m");
    assertThatThrownBy(prepared(mojo)::execute)
        .isInstanceOf(MojoExecutionException.class)
        .hasMessageContaining("was stopped after");
    assertThat(Files.readString(folder.resolve("sdtune/tune/tune.html"))).contains("not begun");
  }

  @Test
  @Basedir(PROJECTS + "searching")
  @InjectMojo(goal = "tune")
  void refusesWhatTheCommandLineSetsForAllTrials(TuneMojo mojo) throws Exception {
    session.getUserProperties().setProperty("sdtune.learningRate", "0.2");
    assertThatThrownBy(prepared(mojo)::execute)
        .hasMessageContaining(
            "<tune><parameters><learningRate>: found -Dsdtune.learningRate=0.2 beside it");
  }

  @Test
  @Basedir(PROJECTS + "wrong-search")
  @InjectMojo(goal = "tune")
  void saysAllThatIsWrongAtOnce(TuneMojo mojo) throws Exception {
    assertThatThrownBy(prepared(mojo)::execute)
        .isInstanceOf(MojoFailureException.class)
        .hasMessageContainingAll(
            "<learnigRate>: <training> has no such element with one value; did you mean"
                + " <learningRate>",
            "<tune><parameters><rank>: found 4..eight, expected two whole numbers",
            "<tune><parameters><maxSteps>: trials are compared after equally many steps",
            "<tune><parameters><earlyStopping>: <training> has no such element with one value; did"
                + " you mean <earlyStopping.",
            "<tune><budget><time>: found soon",
            "<tune><eta>: found 1",
            "<tune><metric>: found samples.colourfulness, which is better in neither direction",
            "<training><rank>: found 0, expected at least 1");
    assertThat(LAUNCHER.requests).isEmpty();
  }

  @Test
  @Basedir(PROJECTS + "configured")
  @InjectMojo(goal = "tune")
  void saysWhatAnEmptySearchLacks(TuneMojo mojo) throws Exception {
    assertThatThrownBy(prepared(mojo)::execute)
        .hasMessageContaining("<tune><parameters>: found none, expected what to try, such as");
  }

  @Test
  @Basedir(PROJECTS + "searching")
  @InjectMojo(goal = "find-learning-rate")
  void suggestsARateAndKeepsTheProportionOfRules(FindLearningRateMojo mojo) throws Exception {
    prepared(mojo).execute();
    FindLearningRateJob job = (FindLearningRateJob) LAUNCHER.requests.get(0);
    assertThat(job.settings()).isEqualTo(new RangeTestSettings(1e-5, 0.1, 60, 12));
    String rate =
        Suggestions.text(LAUNCHER.rangeTest(job).suggestions().orElseThrow().recommended());
    assertThat(log.lines)
        .anyMatch(line -> line.startsWith("INFO learning rate  "))
        .anyMatch(line -> line.startsWith("INFO a rate of " + rate + " is suggested"))
        .contains("INFO   <learningRate>" + rate + "</learningRate>");
    assertThat(job.outputs().rangeTestReport())
        .content()
        .contains("sdtune learning rates", "&lt;learningRate&gt;" + rate, "\"mark\":\"suggested\"");
    assertThat(Json.parse(Json.line(job), Request.class, "test")).isEqualTo(job);
  }

  @Test
  @Basedir(PROJECTS + "wrong-search")
  @InjectMojo(goal = "find-learning-rate")
  void saysWhatIsWrongWithRangeAndOptimizer(FindLearningRateMojo mojo) throws Exception {
    assertThatThrownBy(prepared(mojo)::execute)
        .isInstanceOf(MojoFailureException.class)
        .hasMessageContainingAll(
            "<findLearningRate><endRate>: found 1.0E-7, expected more than <startRate>",
            "<training><rank>: found 0, expected at least 1");
  }
}
