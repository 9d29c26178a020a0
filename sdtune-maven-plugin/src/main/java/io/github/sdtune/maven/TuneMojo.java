package io.github.sdtune.maven;

import io.github.sdtune.job.Goal;
import io.github.sdtune.job.TuneJob;
import io.github.sdtune.maven.launch.WorkerException;
import io.github.sdtune.maven.parameters.Overrides;
import io.github.sdtune.maven.parameters.Search;
import io.github.sdtune.maven.parameters.TuneParameters;
import io.github.sdtune.report.TuneReport;
import io.github.sdtune.search.Ledger;
import io.github.sdtune.search.Snippet;
import io.github.sdtune.search.Standing;
import io.github.sdtune.search.TrialState;
import java.util.Optional;
import javax.inject.Inject;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Searches for good settings: tries those that {@code <tune>} declares under a budget, by
 * successive halving, and prints the best ones to paste into the POM. Trials, curves and a page
 * with both are below {@code target/sdtune/tune}; a search that was interrupted goes on where it
 * stopped.
 *
 * @since 0.1.0
 */
@Mojo(name = "tune", threadSafe = true, configurator = StrictConfigurator.NAME)
public class TuneMojo extends AbstractTrainingMojo {
  /**
   * What to search for, and at what cost: {@code parameters}, {@code trials}, {@code budget},
   * {@code eta}, {@code seed}, {@code metric}.
   *
   * @since 0.1.0
   */
  @Parameter private TuneParameters tune;

  /**
   * Skips this goal.
   *
   * @since 0.1.0
   */
  @Parameter(property = "sdtune.tune.skip", defaultValue = "false")
  private boolean skipTune;

  @Inject
  public TuneMojo(GoalRunner runner) {
    super("tune", Goal.FINE_TUNE, runner);
  }

  @Override
  boolean skipGoal() {
    return skipTune;
  }

  @Override
  void executeGoal() throws WorkerException, MojoFailureException {
    TuneParameters written = tune == null ? new TuneParameters() : tune;
    Findings findings = findings();
    Optional<Search> found =
        findings.check(() -> written.search(training(), Overrides.of(userProperties())));
    Settings settings = settings(findings);
    Search search = found.orElseThrow();
    search.doubts().ifPresent(getLog()::warn);
    TuneJob job =
        new TuneJob(
            job(settings), search.trials(), search.bracket(), search.metric(), search.seconds());
    forgetIfForced(job.outputs().tune());
    try {
      if (job.ledger().halving().next().isEmpty()) {
        getLog().info("tune: up to date, nothing changed since the search ended");
      } else {
        runner().run(job, worker(settings.timeout()), terminal(), getLog());
      }
    } finally {
      // Of a search that was interrupted, too, there is something to see.
      TuneReport.write(job.outputs().tuneReport(), artifact(), job.ledger());
    }
    show(job);
  }

  private void show(TuneJob job) throws MojoFailureException {
    Ledger ledger = job.ledger();
    Standing.table(ledger).forEach(getLog()::info);
    getLog().info("curves: " + job.outputs().tuneReport());
    TrialState best =
        ledger.best().orElseThrow(() -> new MojoFailureException("tune: " + ledger.headline()));
    getLog().info(ledger.headline() + "; for <training>:");
    Snippet.of(best.values()).forEach(line -> getLog().info("  " + line));
  }
}
