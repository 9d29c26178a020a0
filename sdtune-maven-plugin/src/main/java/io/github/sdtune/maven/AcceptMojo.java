package io.github.sdtune.maven;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.gate.AcceptedRegression;
import io.github.sdtune.gate.AcceptedRegressions;
import io.github.sdtune.gate.Gates;
import io.github.sdtune.gate.Verdict;
import io.github.sdtune.io.Json;
import io.github.sdtune.job.Goal;
import io.github.sdtune.job.Job;
import io.github.sdtune.maven.artifact.BaselineResolver;
import io.github.sdtune.metric.Metrics;
import java.util.List;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Accepts the regressions for which {@code evaluate} fails the build, with a reason and for this
 * version: writes them into a file that is to be committed. Limits are not touched by it, and
 * neither are other gates; what is worse still fails again.
 *
 * @since 0.1.0
 */
@Mojo(name = "accept", threadSafe = true, configurator = StrictConfigurator.NAME)
public class AcceptMojo extends AbstractTrainingMojo {
  /**
   * Why the model is to be released all the same. Required.
   *
   * @since 0.1.0
   */
  @Parameter(property = "sdtune.reason")
  private String reason;

  /**
   * The last version that it is accepted for; default: the project's own. The release after that is
   * compared with this one.
   *
   * @since 0.1.0
   */
  @Parameter(property = "sdtune.until")
  private String until;

  private final BaselineResolver baselines;

  @Inject
  public AcceptMojo(GoalRunner runner, BaselineResolver baselines) {
    super("accept", Goal.EVALUATE, runner);
    this.baselines = baselines;
  }

  @Override
  boolean skipGoal() {
    return false;
  }

  @Override
  void executeGoal() {
    if (reason == null || reason.isBlank()) {
      throw new SdtuneException(
          "<reason>: found none, expected why the model is to be released all the same: mvn"
              + " sdtune:accept -Dsdtune.reason=\"...\"");
    }
    Settings settings = settings();
    Job job = job(settings);
    Metrics metrics = measured(job);
    Acceptance acceptance = acceptance();
    String last = until == null || until.isBlank() ? acceptance.version() : until.strip();
    if (acceptance.isAfter(last)) {
      throw new SdtuneException(
          "<until>: found %s, which is before %s, the version that is built: expected that or a later one"
              .formatted(last, acceptance.version()));
    }
    warnIfStale(job);
    AcceptedRegressions valid = acceptance.valid(getLog());
    Verdict verdict =
        Gates.judge(
            settings.gates(),
            metrics,
            baseline(released(baselines, settings), settings, metrics),
            valid);
    verdict.table().forEach(getLog()::info);
    List<AcceptedRegression> accepted = verdict.acceptable(last, reason.strip());
    if (accepted.isEmpty()) {
      getLog().info("there is no regression to accept: " + verdict.headline());
      return;
    }
    Json.write(acceptance.file(), valid.with(accepted));
    accepted.forEach(
        one ->
            getLog()
                .info(
                    "accepted %s up to %s until version %s"
                        .formatted(one.metric(), one.value(), one.until())));
    getLog().info("commit " + acceptance.file());
  }
}
