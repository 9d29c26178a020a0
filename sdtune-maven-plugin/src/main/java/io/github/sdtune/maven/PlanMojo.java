package io.github.sdtune.maven;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.Json;
import io.github.sdtune.job.Goal;
import io.github.sdtune.job.Job;
import io.github.sdtune.job.PlanJob;
import io.github.sdtune.maven.launch.WorkerException;
import io.github.sdtune.maven.parameters.Durations;
import io.github.sdtune.maven.parameters.Sizes;
import io.github.sdtune.plan.CostEstimate;
import io.github.sdtune.plan.Plan;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Shows what {@code fine-tune} will move, how much of the model that is, and what it will cost:
 * peak memory and time, from a few steps of it. Fails where that is too much. Writes {@code
 * target/sdtune/plan.json} and {@code cost-estimate.json}.
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

  /**
   * Whether memory and time are estimated. That takes ten seconds and some; without it no weight is
   * loaded.
   *
   * @since 0.1.0
   */
  @Parameter(property = "sdtune.plan.estimate", defaultValue = "true")
  private boolean planEstimate;

  /**
   * How much memory {@code fine-tune} may take at its peak, such as {@code 12GB}: of the worker, or
   * of the GPU. By default as much as it takes.
   *
   * @since 0.1.0
   */
  @Parameter(property = "sdtune.maxMemory")
  private String maxMemory;

  /**
   * How long {@code fine-tune} may take, such as {@code 90m} or {@code 1h30m}, if it is not stopped
   * early. By default as long as it takes.
   *
   * @since 0.1.0
   */
  @Parameter(property = "sdtune.maxTime")
  private String maxTime;

  @Inject
  public PlanMojo(GoalRunner runner) {
    super("plan", Goal.FINE_TUNE, runner);
  }

  @Override
  boolean skipGoal() {
    return false;
  }

  @Override
  void executeGoal() throws WorkerException {
    Findings findings = findings();
    OptionalLong memory = findings.check(() -> Sizes.parse("<maxMemory>", maxMemory));
    Optional<Duration> time = findings.check(() -> Durations.parse("<maxTime>", maxTime));
    boolean limited = maxMemory != null || maxTime != null;
    findings.require(
        planEstimate || !limited,
        "<planEstimate>: found false beside <maxMemory> or <maxTime>, which limit what is estimated");
    Settings settings = settings(findings);
    Job job = job(settings);
    Plan plan = Plan.of(job.base().directory(), settings.training());
    Json.write(job.outputs().plan(), plan);
    getLog().info(plan.headline());
    plan.table(planAll).forEach(getLog()::info);
    getLog().info("plan: " + job.outputs().plan());
    if (planEstimate) {
      estimate(job, settings, memory, time);
    }
  }

  private void estimate(Job job, Settings settings, OptionalLong memory, Optional<Duration> time)
      throws WorkerException {
    runner().run(new PlanJob(job), worker(settings.timeout()), terminal(), getLog());
    CostEstimate cost = Json.read(job.outputs().costEstimate(), CostEstimate.class);
    cost.lines().forEach(getLog()::info);
    List<String> tooMuch = cost.findings(memory, time.map(limit -> limit.toMillis() / 1e3));
    if (!tooMuch.isEmpty()) {
      throw new SdtuneException(String.join("\n", tooMuch));
    }
  }
}
