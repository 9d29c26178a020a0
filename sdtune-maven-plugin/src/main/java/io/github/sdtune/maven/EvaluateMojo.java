package io.github.sdtune.maven;

import io.github.sdtune.gate.Baseline;
import io.github.sdtune.job.Goal;
import io.github.sdtune.job.Job;
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
 * one does not hold. Attaches the metrics (type {@code json}, classifier {@code metrics}), the
 * report (type {@code html}, classifier {@code report}) and the samples (type {@code zip},
 * classifier {@code samples}).
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
  private final Gatekeeper gatekeeper;

  @Inject
  public EvaluateMojo(GoalRunner runner, BaselineResolver baselines, Gatekeeper gatekeeper) {
    super(Goal.EVALUATE, runner);
    this.baselines = baselines;
    this.gatekeeper = gatekeeper;
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
    Optional<Baseline> released = released(baselines, settings);
    run(job, settings);
    Metrics metrics = measured(job);
    Optional<Baseline> baseline = baseline(released, settings, metrics);
    gatekeeper.judge(job, settings, metrics, baseline, acceptance(), project(), getLog());
  }
}
