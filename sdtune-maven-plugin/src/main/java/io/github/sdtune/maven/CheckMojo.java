package io.github.sdtune.maven;

import io.github.sdtune.gate.Baseline;
import io.github.sdtune.job.Goal;
import io.github.sdtune.job.Job;
import io.github.sdtune.maven.artifact.BaselineResolver;
import io.github.sdtune.metric.Metrics;
import java.util.Optional;
import javax.inject.Inject;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Judges metrics that {@code evaluate} measured, by the gates as they are now, and fails the build
 * if one does not hold. Measures nothing and trains nothing: a changed limit costs a second.
 *
 * @since 0.1.0
 */
@Mojo(
    name = "check",
    defaultPhase = LifecyclePhase.VERIFY,
    threadSafe = true,
    configurator = StrictConfigurator.NAME)
public class CheckMojo extends AbstractTrainingMojo {
  /**
   * Skips this goal.
   *
   * @since 0.1.0
   */
  @Parameter(property = "sdtune.check.skip", defaultValue = "false")
  private boolean skipCheck;

  private final BaselineResolver baselines;
  private final Gatekeeper gatekeeper;

  @Inject
  public CheckMojo(GoalRunner runner, BaselineResolver baselines, Gatekeeper gatekeeper) {
    super("check", Goal.EVALUATE, runner);
    this.baselines = baselines;
    this.gatekeeper = gatekeeper;
  }

  @Override
  boolean skipGoal() {
    return skipCheck;
  }

  @Override
  void executeGoal() throws MojoFailureException {
    Settings settings = settings();
    Job job = job(settings);
    Metrics metrics = measured(job);
    warnIfStale(job);
    Optional<Baseline> baseline = baseline(released(baselines, settings), settings, metrics);
    gatekeeper.judge(job, settings, metrics, baseline, acceptance(), project(), getLog());
  }
}
