package io.github.sdtune.maven;

import io.github.sdtune.gate.AcceptedRegression;
import io.github.sdtune.gate.AcceptedRegressions;
import io.github.sdtune.gate.Baseline;
import io.github.sdtune.gate.Gates;
import io.github.sdtune.gate.Status;
import io.github.sdtune.gate.Verdict;
import io.github.sdtune.io.Json;
import io.github.sdtune.job.Job;
import io.github.sdtune.maven.artifact.Attachments;
import io.github.sdtune.metric.Metrics;
import java.util.List;
import java.util.Optional;
import javax.inject.Inject;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugin.logging.Log;
import org.apache.maven.project.MavenProject;

/** Judges metrics that are there, writes the reports, and fails the build or publishes them. */
public class Gatekeeper {
  private final VerdictReports reports;
  private final Attachments attachments;

  @Inject
  public Gatekeeper(VerdictReports reports, Attachments attachments) {
    this.reports = reports;
    this.attachments = attachments;
  }

  void judge(
      Job job,
      Settings settings,
      Metrics metrics,
      Optional<Baseline> baseline,
      Acceptance acceptance,
      MavenProject project,
      Log log)
      throws MojoFailureException {
    AcceptedRegressions accepted = acceptance.valid(log);
    Verdict verdict = Gates.judge(settings.gates(), metrics, baseline, accepted);
    warnOfUnneeded(accepted, verdict, log);
    reports.write(job, metrics, baseline, verdict);
    show(verdict, log);
    if (verdict.rows().stream().anyMatch(row -> row.status() == Status.INCOMPARABLE)) {
      log.info("mvn sdtune:rebaseline measures that release again under the settings of today");
    }
    if (verdict.failed()) {
      showHowToAccept(verdict, acceptance, log);
      throw new MojoFailureException(verdict.failureMessage(job.outputs().report()));
    }
    attachments.attachMetricsAndReport(project, metrics, job.outputs());
    log.info("report: " + job.outputs().report());
  }

  private static void warnOfUnneeded(AcceptedRegressions accepted, Verdict verdict, Log log) {
    for (AcceptedRegression one : accepted.accepted()) {
      boolean needed =
          verdict.rows().stream()
              .anyMatch(
                  row -> row.metric().equals(one.metric()) && row.status() == Status.ACCEPTED);
      if (!needed) {
        log.warn(
            "the accepted regression of "
                + one.metric()
                + " is not needed (any more): it did not regress, or is worse than what was"
                + " accepted");
      }
    }
  }

  private static void showHowToAccept(Verdict verdict, Acceptance acceptance, Log log) {
    List<AcceptedRegression> acceptable = verdict.acceptable(acceptance.version(), "...");
    if (!acceptable.isEmpty()) {
      log.info("to release it all the same: mvn sdtune:accept -Dsdtune.reason=\"...\", which");
      log.info("adds to " + acceptance.file() + ":");
      acceptable.forEach(one -> log.info("  " + Json.line(one)));
    }
  }

  private static void show(Verdict verdict, Log log) {
    verdict.table().forEach(log::info);
    if (verdict.failed()) {
      log.error(verdict.headline());
    } else if (verdict.unchecked()) {
      log.warn(verdict.headline());
    } else {
      log.info(verdict.headline());
    }
  }
}
