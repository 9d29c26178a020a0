package io.github.sdtune.maven;

import static org.apache.maven.api.plugin.testing.MojoExtension.getVariableValueFromObject;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.adapter.AdapterSettings;
import io.github.sdtune.job.Goal;
import io.github.sdtune.job.Job;
import io.github.sdtune.job.ResolvedConfiguration.Option;
import io.github.sdtune.maven.launch.WorkerException;
import io.github.sdtune.train.AdamW;
import io.github.sdtune.train.LearningRateSchedule;
import io.github.sdtune.train.ScheduleSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import org.apache.maven.api.plugin.testing.Basedir;
import org.apache.maven.api.plugin.testing.InjectMojo;
import org.apache.maven.api.plugin.testing.MojoParameter;
import org.apache.maven.api.plugin.testing.MojoTest;
import org.apache.maven.artifact.Artifact;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.project.MavenProject;
import org.junit.jupiter.api.Test;

/** Each goal as Maven calls it, with a fake in the place of the worker. */
@MojoTest
class GoalsTest extends GoalHarness {
  @Test
  @Basedir("src/test/resources/projects/configured")
  @InjectMojo(goal = "fine-tune")
  void turnsThePomIntoAJob(FineTuneMojo mojo) throws Exception {
    prepared(mojo).execute();
    Job job = LAUNCHER.jobs.get(0);
    assertThat(job.goal()).isEqualTo(Goal.FINE_TUNE);
    assertThat(job.dataset().resolution()).isEqualTo(64);
    assertThat(job.dataset().minSide()).isEqualTo(32);
    assertThat(job.training().method().adapter())
        .contains(AdapterSettings.lora(8, 8, 0, List.of("to_q")));
    assertThat(job.training().learningRate()).isEqualTo(2e-3);
    assertThat(job.training().schedule())
        .isEqualTo(new ScheduleSettings(new LearningRateSchedule.Cosine(), 0));
    assertThat(job.training().earlyStopping().patience()).isEqualTo(3);
    assertThat(job.training().validationInterval()).isEqualTo(4);
    assertThat(job.training().optimizer()).isEqualTo(AdamW.Settings.DEFAULTS);
    assertThat(job.evaluation().classification().classPrompt()).isEqualTo("lineart emoji, {class}");
    assertThat(job.evaluation().samples().prompts()).containsExactly("a fish", "a tree");
    assertThat(job.device()).isEqualTo("auto");
  }

  @Test
  @Basedir("src/test/resources/projects/configured")
  @InjectMojo(goal = "fine-tune")
  void theJobTellsWhereEachOptionIsFrom(FineTuneMojo mojo) throws Exception {
    session.getUserProperties().setProperty("sdtune.maxSteps", "7");
    prepared(mojo).execute();
    assertThat(LAUNCHER.jobs.get(0).configuration().options())
        .containsEntry("dataset.resolution", new Option(64, "POM"))
        .containsEntry("dataset.captionColumn", new Option("text", "default"))
        .containsEntry("training.rank", new Option(8, "POM"))
        .containsEntry("training.maxSteps", new Option(7, "command line"))
        .containsEntry("training.adamBeta1", new Option(0.9, "default"))
        .containsEntry("evaluation.classification.pictures", new Option(64, "POM"));
  }

  @Test
  @Basedir("src/test/resources/projects/configured")
  @InjectMojo(goal = "fine-tune")
  void theCommandLineWinsOverThePom(FineTuneMojo mojo) throws Exception {
    session.getUserProperties().setProperty("sdtune.learningRate", "0.2");
    session.getUserProperties().setProperty("sdtune.maxSteps", "7");
    prepared(mojo).execute();
    assertThat(LAUNCHER.jobs.get(0).training().learningRate()).isEqualTo(0.2);
    assertThat(LAUNCHER.jobs.get(0).training().maxSteps()).isEqualTo(7);
  }

  @Test
  @Basedir("src/test/resources/projects/unconfigured")
  @InjectMojo(goal = "prepare-dataset")
  @MojoParameter(name = "skip", value = "true")
  void skipsToPrepareTheDataset(PrepareDatasetMojo mojo) throws Exception {
    prepared(mojo).execute();
    assertThat(log.lines).containsExactly("INFO prepare-dataset: skipped");
  }

  @Test
  @Basedir("src/test/resources/projects/unconfigured")
  @InjectMojo(goal = "fine-tune")
  @MojoParameter(name = "skipFineTune", value = "true")
  void skipsToFineTuneAlone(FineTuneMojo mojo) throws Exception {
    prepared(mojo).execute();
    assertThat(log.lines).containsExactly("INFO fine-tune: skipped");
  }

  @Test
  @Basedir("src/test/resources/projects/unconfigured")
  @InjectMojo(goal = "evaluate")
  @MojoParameter(name = "skipEvaluate", value = "true")
  void skipsToEvaluateAlone(EvaluateMojo mojo) throws Exception {
    prepared(mojo).execute();
    assertThat(log.lines).containsExactly("INFO evaluate: skipped");
  }

  @Test
  @Basedir("src/test/resources/projects/unconfigured")
  @InjectMojo(goal = "fine-tune")
  void aParentOfModulesWithoutConfigurationIsLeftAlone(FineTuneMojo mojo) throws Exception {
    MavenProject project = getVariableValueFromObject(prepared(mojo), "project");
    project.setPackaging("pom");
    project.getModel().addModule("child");
    mojo.execute();
    assertThat(log.lines).containsExactly("INFO fine-tune: nothing is configured for this parent");
  }

  @Test
  @Basedir("src/test/resources/projects/unconfigured")
  @InjectMojo(goal = "fine-tune")
  void saysWhatAnEmptyConfigurationLacks(FineTuneMojo mojo) throws Exception {
    assertThatThrownBy(prepared(mojo)::execute)
        .isInstanceOf(MojoFailureException.class)
        .hasMessageContainingAll(
            "<baseModel>: is missing",
            "<dataset><directory>: is missing",
            "<training><maxSteps>: found nothing, expected how many");
  }

  @Test
  @Basedir("src/test/resources/projects/wrong")
  @InjectMojo(goal = "prepare-dataset")
  void saysAllThatIsWrongAtOnce(PrepareDatasetMojo mojo) throws Exception {
    session.getUserProperties().setProperty("sdtune.maxSteps", "many");
    assertThatThrownBy(prepared(mojo)::execute)
        .isInstanceOf(MojoFailureException.class)
        .hasNoCause()
        .hasMessageContainingAll(
            "-Dsdtune.maxSteps: found many, expected a whole number",
            "<baseModel>: found hf:stable-diffusion-v1-5, expected hf:organisation/name",
            "<dataset><directory>: there is no folder",
            "<dataset><resolution>: found 33, expected a positive multiple of 8",
            "<training><rank>: found 0, expected at least 1",
            "<training><learningRateSchedule>: found cosinus, expected one of constant, linear",
            "<training><optimizer>: found adam, expected one of adamw, adamw8bit",
            "<training><sgdMomentum>: found 0.9, expected nothing beside",
            "<training><earlyStopping><patience>: found -1",
            "<evaluation><timesteps>: found 0, expected 1 to 1000",
            "<classification><noises>: found 0",
            "<samples><steps>: found 0",
            "<training><maxSteps>: found 0, expected at least 1",
            "<training><batchSize>: found -1, expected at least 1",
            "did you mean validation.loss",
            "<maxRegression>: found -1, expected at least 0",
            "<device>: found tpu",
            "<timeout>: found 90, expected such as 90m");
    assertThat(LAUNCHER.jobs).isEmpty();
  }

  @Test
  @Basedir("src/test/resources/projects/no-gates")
  @InjectMojo(goal = "evaluate")
  void evaluateWithoutGatesFailsBeforeAnyWork(EvaluateMojo mojo) throws Exception {
    assertThatThrownBy(prepared(mojo)::execute)
        .isInstanceOf(MojoFailureException.class)
        .hasMessageContaining("<gates>: there is none, so that any model would pass");
    assertThat(LAUNCHER.jobs).isEmpty();
  }

  @Test
  @Basedir("src/test/resources/projects/no-gates")
  @InjectMojo(goal = "fine-tune")
  void fineTuneNeedsNoGates(FineTuneMojo mojo) throws Exception {
    prepared(mojo).execute();
    assertThat(LAUNCHER.jobs).hasSize(1);
  }

  @Test
  @Basedir("src/test/resources/projects/configured")
  @InjectMojo(goal = "fine-tune")
  void aSecondRunTrainsNotAndStillAttachesOnce(FineTuneMojo mojo) throws Exception {
    prepared(mojo).execute();
    mojo.execute();
    assertThat(LAUNCHER.jobs).hasSize(1);
    assertThat(log.lines)
        .anyMatch(line -> line.startsWith("INFO fine-tune: up to date, nothing changed since 20"));
    assertThat(attached(mojo)).containsExactly("safetensors:lora");
  }

  @Test
  @Basedir("src/test/resources/projects/full")
  @InjectMojo(goal = "fine-tune")
  void aWholeModelIsAttachedAsAZipWithoutAClassifier(FineTuneMojo mojo) throws Exception {
    prepared(mojo).execute();
    mojo.execute();
    assertThat(attached(mojo)).containsExactly("zip:null");
    assertThat(log.lines).anyMatch(line -> line.startsWith("INFO model: "));
  }

  @Test
  @Basedir("src/test/resources/projects/configured")
  @InjectMojo(goal = "fine-tune")
  void saysWhyItTrainsAgain(FineTuneMojo mojo) throws Exception {
    prepared(mojo).execute();
    session.getUserProperties().setProperty("sdtune.maxSteps", "8");
    mojo.execute();
    assertThat(LAUNCHER.jobs).hasSize(2);
    assertThat(log.lines).contains("INFO fine-tune: runs because changed: <training>");
  }

  @Test
  @Basedir("src/test/resources/projects/configured")
  @InjectMojo(goal = "fine-tune")
  @MojoParameter(name = "force", value = "true")
  void forceTrainsAgainButOnceInABuild(FineTuneMojo mojo) throws Exception {
    prepared(mojo).execute();
    mojo.execute();
    assertThat(LAUNCHER.jobs).hasSize(1);
    mojo.setPluginContext(new HashMap<>()); // another build
    mojo.execute();
    assertThat(LAUNCHER.jobs).hasSize(2);
  }

  @Test
  @Basedir("src/test/resources/projects/configured")
  @InjectMojo(goal = "evaluate")
  void aModelWithinItsLimitsPassesAndIsAttached(EvaluateMojo mojo) throws Exception {
    prepared(mojo).execute();
    assertThat(log.lines).anyMatch(line -> line.startsWith("WARN NO BASELINE"));
    assertThat(attached(mojo)).containsExactlyInAnyOrder("json:metrics", "html:report");
    assertThat(folder.resolve("sdtune/report.html")).isNotEmptyFile();
    assertThat(folder.resolve("sdtune/junit/TEST-sdtune.gates.xml")).isNotEmptyFile();
    assertThat(folder.resolve("sdtune/report.md"))
        .content()
        .startsWith("### sdtune: ")
        .contains("\n\n**NO BASELINE: 1 of 2 gates")
        .contains("| validation.loss | lower | - | 0.2500 |");
  }

  @Test
  @Basedir("src/test/resources/projects/configured")
  @InjectMojo(goal = "evaluate")
  void aModelOutsideItsLimitsFailsTheBuildAfterTheReportIsWritten(EvaluateMojo mojo)
      throws Exception {
    LAUNCHER.loss = 0.75;
    assertThatThrownBy(prepared(mojo)::execute)
        .isInstanceOf(MojoFailureException.class)
        .hasMessageContainingAll(
            "validation.loss", "0.75", "0.5", folder.resolve("sdtune/report.html").toString());
    assertThat(folder.resolve("sdtune/report.html")).isNotEmptyFile();
    assertThat(attached(mojo)).isEmpty();
  }

  @Test
  @Basedir("src/test/resources/projects/configured")
  @InjectMojo(goal = "evaluate")
  void unchangedMetricsAreJudgedAnewWithoutAWorker(EvaluateMojo mojo) throws Exception {
    LAUNCHER.loss = 0.75;
    assertThatThrownBy(prepared(mojo)::execute).isInstanceOf(MojoFailureException.class);
    assertThatThrownBy(mojo::execute).isInstanceOf(MojoFailureException.class);
    assertThat(LAUNCHER.jobs).hasSize(1);
  }

  @Test
  @Basedir("src/test/resources/projects/configured")
  @InjectMojo(goal = "fine-tune")
  void aMistakeFoundByTheWorkerIsAFailureWithoutACause(FineTuneMojo mojo) throws Exception {
    LAUNCHER.mistake = new SdtuneException("a.png: no caption\nb.png: no caption");
    assertThatThrownBy(prepared(mojo)::execute)
        .isInstanceOf(MojoFailureException.class)
        .hasNoCause()
        .hasMessage("fine-tune:\na.png: no caption\nb.png: no caption");
    assertThat(attached(mojo)).isEmpty();
  }

  @Test
  @Basedir("src/test/resources/projects/configured")
  @InjectMojo(goal = "fine-tune")
  void aBrokenWorkerIsAnErrorWithoutACause(FineTuneMojo mojo) throws Exception {
    LAUNCHER.breakdown = new WorkerException("the worker was killed");
    assertThatThrownBy(prepared(mojo)::execute)
        .isInstanceOf(MojoExecutionException.class)
        .hasNoCause()
        .hasMessage("fine-tune: the worker was killed");
  }

  @Test
  @Basedir("src/test/resources/projects/configured")
  @InjectMojo(goal = "fine-tune")
  void aFullDiskIsAnErrorWithoutACause(FineTuneMojo mojo) throws Exception {
    IOException full = new IOException("No space left on device");
    LAUNCHER.mistake = new UncheckedIOException("/a/file cannot be written: " + full, full);
    assertThatThrownBy(prepared(mojo)::execute)
        .isInstanceOf(MojoExecutionException.class)
        .hasNoCause()
        .hasMessageStartingWith("fine-tune: /a/file cannot be written: ");
  }

  private static List<String> attached(AbstractSdtuneMojo mojo)
      throws IllegalAccessException, IOException {
    MavenProject project = getVariableValueFromObject(mojo, "project");
    for (Artifact artifact : project.getAttachedArtifacts()) {
      assertThat(Files.size(artifact.getFile().toPath())).isPositive();
    }
    return project.getAttachedArtifacts().stream()
        .map(artifact -> artifact.getType() + ":" + artifact.getClassifier())
        .toList();
  }
}
