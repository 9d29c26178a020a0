package io.github.sdtune.maven;

import io.github.sdtune.io.Json;
import io.github.sdtune.job.Goal;
import io.github.sdtune.job.Outputs;
import io.github.sdtune.plan.Plan;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Shows what {@code fine-tune} will move, and how much of the model that is, without loading a
 * weight. Writes {@code target/sdtune/plan.json}.
 *
 * @since 0.1.0
 */
@Mojo(name = "plan", threadSafe = true, configurator = StrictConfigurator.NAME)
public class PlanMojo extends AbstractTrainingMojo {
  /**
   * Shows each layer on a line of its own, not each block.
   *
   * @since 0.1.0
   */
  @Parameter(property = "sdtune.plan.all", defaultValue = "false")
  private boolean planAll;

  @Inject
  public PlanMojo(GoalRunner runner) {
    super("plan", Goal.FINE_TUNE, runner);
  }

  @Override
  boolean skipGoal() {
    return false;
  }

  @Override
  void executeGoal() {
    Settings settings = settings();
    Outputs outputs = new Outputs(outputDirectory());
    Plan plan = Plan.of(resolve(settings.baseModel()).directory(), settings.training());
    Json.write(outputs.plan(), plan);
    getLog().info(plan.headline());
    plan.table(planAll).forEach(getLog()::info);
    getLog().info("plan: " + outputs.plan());
  }
}
