package io.github.sdtune.maven;

import io.github.sdtune.job.Goal;
import io.github.sdtune.maven.launch.WorkerException;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Checks every picture and caption, reports all findings at once, and splits the pictures into
 * those to train on and those held out. Writes {@code target/sdtune/dataset/manifest.json}.
 *
 * @since 0.1.0
 */
@Mojo(
    name = "prepare-dataset",
    defaultPhase = LifecyclePhase.PROCESS_RESOURCES,
    threadSafe = true,
    configurator = StrictConfigurator.NAME)
public class PrepareDatasetMojo extends AbstractTrainingMojo {
  /**
   * Skips this goal.
   *
   * @since 0.1.0
   */
  @Parameter(property = "sdtune.prepareDataset.skip", defaultValue = "false")
  private boolean skipPrepareDataset;

  @Inject
  public PrepareDatasetMojo(GoalRunner runner) {
    super(Goal.PREPARE_DATASET, runner);
  }

  @Override
  boolean skipGoal() {
    return skipPrepareDataset;
  }

  @Override
  void executeGoal() throws WorkerException {
    Settings settings = settings();
    run(job(settings), settings);
  }
}
