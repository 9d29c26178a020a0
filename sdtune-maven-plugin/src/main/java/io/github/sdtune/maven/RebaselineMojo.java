package io.github.sdtune.maven;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.gate.Baseline;
import io.github.sdtune.job.Goal;
import io.github.sdtune.job.Job;
import io.github.sdtune.maven.artifact.BaselineResolver;
import io.github.sdtune.maven.artifact.ReleasedWeights;
import io.github.sdtune.maven.launch.WorkerException;
import io.github.sdtune.maven.parameters.BaselineChoice;
import io.github.sdtune.method.Published;
import java.util.List;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.Mojo;

/**
 * Measures the released model again, under the settings of today: for a baseline that was measured
 * under others, and so cannot be compared with. {@code evaluate} and {@code check} then compare
 * with what was measured here, as long as the baseline is that release.
 *
 * @since 0.1.0
 */
@Mojo(name = "rebaseline", threadSafe = true, configurator = StrictConfigurator.NAME)
public class RebaselineMojo extends AbstractTrainingMojo {
  private final BaselineResolver baselines;
  private final ReleasedWeights releasedWeights;

  @Inject
  public RebaselineMojo(
      GoalRunner runner, BaselineResolver baselines, ReleasedWeights releasedWeights) {
    super("rebaseline", Goal.EVALUATE, runner);
    this.baselines = baselines;
    this.releasedWeights = releasedWeights;
  }

  @Override
  boolean skipGoal() {
    return false;
  }

  @Override
  void executeGoal() throws WorkerException {
    Settings settings = settings();
    if (settings.baseline() instanceof BaselineChoice.File) {
      throw new SdtuneException(
          "<baseline><file>: found metrics in a file, expected a release, whose weights can be"
              + " measured again");
    }
    if (settings.baseline() instanceof BaselineChoice.Base) {
      throw new SdtuneException(
          "<baseline>: found the base model, which evaluate measures each time, expected a"
              + " release");
    }
    Baseline baseline =
        released(baselines, settings)
            .orElseThrow(
                () -> new SdtuneException("there is no release of this model to measure again"));
    Job today = job(settings);
    String released =
        project().getGroupId() + ":" + project().getArtifactId() + ":" + baseline.version();
    Job again = today.of(released, today.outputs().remeasuredBaseline().directory());
    forgetIfForced(again.outputDirectory());
    bring(again);
    runIfStale(again, settings);
    getLog()
        .info(
            "evaluate and check now compare with %s as measured today: %s"
                .formatted(released, again.outputs().metrics()));
  }

  /** As if it had been trained here. */
  private void bring(Job again) {
    List<Published> published = again.training().method().published();
    releasedWeights.bring(again.artifact(), published, again.outputs().weights(), repositories());
    stampAsTrained(again);
  }
}
