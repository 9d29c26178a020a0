package io.github.sdtune.maven;

import io.github.sdtune.io.Json;
import io.github.sdtune.io.TextTable;
import io.github.sdtune.job.FindLearningRateJob;
import io.github.sdtune.job.Goal;
import io.github.sdtune.job.Job;
import io.github.sdtune.maven.launch.WorkerException;
import io.github.sdtune.maven.parameters.FindLearningRateParameters;
import io.github.sdtune.report.RangeTestReport;
import io.github.sdtune.search.RangeTest;
import io.github.sdtune.search.RangeTestSettings;
import io.github.sdtune.search.Snippet;
import java.util.List;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Suggests a learning rate: trains for some steps at rates that grow, and looks where the loss
 * falls. The curve is in {@code target/sdtune/learning-rate}; no weights are written.
 *
 * @since 0.1.0
 */
@Mojo(name = "find-learning-rate", threadSafe = true, configurator = StrictConfigurator.NAME)
public class FindLearningRateMojo extends AbstractTrainingMojo {
  /**
   * How rates are tried: {@code startRate}, {@code endRate}, {@code steps}, {@code pictures}.
   *
   * @since 0.1.0
   */
  @Parameter private FindLearningRateParameters findLearningRate;

  /**
   * Skips this goal.
   *
   * @since 0.1.0
   */
  @Parameter(property = "sdtune.findLearningRate.skip", defaultValue = "false")
  private boolean skipFindLearningRate;

  @Inject
  public FindLearningRateMojo(GoalRunner runner) {
    super("find-learning-rate", Goal.FINE_TUNE, runner);
  }

  @Override
  boolean skipGoal() {
    return skipFindLearningRate;
  }

  @Override
  void executeGoal() throws WorkerException {
    FindLearningRateParameters written =
        findLearningRate == null ? new FindLearningRateParameters() : findLearningRate;
    Findings findings = findings();
    RangeTestSettings range = findings.check(written::settings);
    Settings settings = settings(findings);
    FindLearningRateParameters.requireRate(settings.training());
    Job job = job(settings);
    FindLearningRateJob request = new FindLearningRateJob(job, range);
    runner().run(request, worker(settings.timeout()), terminal(), getLog());
    show(Json.read(job.outputs().rangeTest(), RangeTest.class), job);
  }

  private void show(RangeTest test, Job job) {
    List<String> snippet =
        test.suggestions()
            .map(
                suggestions ->
                    FindLearningRateParameters.suggested(
                        suggestions.recommended(), job.training().learningRate(), training()))
            .map(Snippet::of)
            .orElse(List.of());
    RangeTestReport.write(job.outputs().rangeTestReport(), artifact(), test, snippet);
    TextTable table = new TextTable("learning rate", "loss", "against the base model");
    test.table().forEach(row -> table.row(row.rate(), row.loss(), row.change()));
    table.lines(0, 1, 2).forEach(getLog()::info);
    test.doubts().ifPresent(getLog()::warn);
    getLog().info("curve: " + job.outputs().rangeTestReport());
    getLog().info(test.headline() + (snippet.isEmpty() ? "" : "; for <training>:"));
    snippet.forEach(line -> getLog().info("  " + line));
  }
}
