package io.github.sdtune.maven;

import io.github.sdtune.gate.Baseline;
import io.github.sdtune.gate.Gates;
import io.github.sdtune.gate.Verdict;
import io.github.sdtune.io.Json;
import io.github.sdtune.job.Goal;
import io.github.sdtune.job.Job;
import io.github.sdtune.maven.artifact.Attachments;
import io.github.sdtune.maven.artifact.BaselineResolver;
import io.github.sdtune.maven.launch.WorkerException;
import io.github.sdtune.metric.Metrics;
import java.util.Optional;
import javax.inject.Inject;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Measures the base and the tuned model, judges the tuned one by the gates, and fails the build if
 * one does not hold. Attaches the metrics (type {@code json}, classifier {@code metrics}) and the
 * report (type {@code html}, classifier {@code report}).
 *
 * @since 0.1.0
 */
@Mojo(
    name = "evaluate",
    defaultPhase = LifecyclePhase.VERIFY,
    threadSafe = true,
    configurator = StrictConfigurator.NAME)
public class EvaluateMojo extends AbstractTrainingMojo {
  /**
   * Skips this goal.
   *
   * @since 0.1.0
   */
  @Parameter(property = "sdtune.evaluate.skip", defaultValue = "false")
  private boolean skipEvaluate;

  private final BaselineResolver baselines;
  private final VerdictReports reports;
  private final Attachments attachments;

  @Inject
  public EvaluateMojo(
      GoalRunner runner,
      BaselineResolver baselines,
      VerdictReports reports,
      Attachments attachments) {
    super(Goal.EVALUATE, runner);
    this.baselines = baselines;
    this.reports = reports;
    this.attachments = attachments;
  }

  @Override
  boolean skipGoal() {
    return skipEvaluate;
  }

  @Override
  void executeGoal() throws WorkerException, MojoFailureException {
    Settings settings = settings();
    Job job = job(settings);
    // Before the long work: a repository that does not answer is known at once.
    Optional<Baseline> baseline =
        baselines.resolve(settings.baseline(), artifact(), repositories());
    run(job, settings);
    Metrics metrics = Json.read(job.outputs().metrics(), Metrics.class);
    Verdict verdict = Gates.judge(settings.gates(), metrics, baseline);
    reports.write(job, metrics, baseline, verdict);
    show(verdict);
    if (verdict.failed()) {
      throw new MojoFailureException(verdict.failureMessage(job.outputs().report()));
    }
    attachments.attachMetricsAndReport(project(), job.outputs());
    getLog().info("report: " + job.outputs().report());
  }

  private void show(Verdict verdict) {
    verdict.table().forEach(getLog()::info);
    if (verdict.failed()) {
      getLog().error(verdict.headline());
    } else if (verdict.unchecked()) {
      getLog().warn(verdict.headline());
    } else {
      getLog().info(verdict.headline());
    }
  }
}
