package io.github.sdtune.maven;

import io.github.sdtune.job.Goal;
import io.github.sdtune.job.Job;
import io.github.sdtune.maven.artifact.Attachments;
import io.github.sdtune.maven.launch.WorkerException;
import io.github.sdtune.method.MethodSettings;
import io.github.sdtune.method.Published;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Fine-tunes the base model on the dataset, and attaches the adapter (type {@code safetensors},
 * classifier {@code lora}) or, of full fine-tuning, the whole model (type {@code zip}). Prepares
 * the dataset first where that is missing or stale.
 *
 * @since 0.1.0
 */
@Mojo(
    name = "fine-tune",
    defaultPhase = LifecyclePhase.PREPARE_PACKAGE,
    threadSafe = true,
    configurator = StrictConfigurator.NAME)
public class FineTuneMojo extends AbstractTrainingMojo {
  /**
   * Skips this goal. A later {@code evaluate} trains if the weights are missing or stale.
   *
   * @since 0.1.0
   */
  @Parameter(property = "sdtune.fineTune.skip", defaultValue = "false")
  private boolean skipFineTune;

  private final Attachments attachments;

  @Inject
  public FineTuneMojo(GoalRunner runner, Attachments attachments) {
    super(Goal.FINE_TUNE, runner);
    this.attachments = attachments;
  }

  @Override
  boolean skipGoal() {
    return skipFineTune;
  }

  @Override
  void executeGoal() throws WorkerException {
    Settings settings = settings();
    Job job = job(settings);
    run(job, settings);
    MethodSettings method = job.training().method();
    attachments.attachWeights(project(), method, job.outputs());
    for (Published file : method.published()) {
      getLog().info(file.title() + ": " + job.outputs().weights().resolve(file.file()));
    }
  }
}
