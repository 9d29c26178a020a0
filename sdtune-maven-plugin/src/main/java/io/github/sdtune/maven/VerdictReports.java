package io.github.sdtune.maven;

import io.github.sdtune.gate.Baseline;
import io.github.sdtune.gate.Verdict;
import io.github.sdtune.job.Job;
import io.github.sdtune.metric.Metrics;
import java.util.Optional;
import javax.inject.Inject;

/** Writes what people and CI servers read: the report and the JUnit XML. */
public class VerdictReports {
  @Inject
  public VerdictReports() {}

  void write(Job job, Metrics metrics, Optional<Baseline> baseline, Verdict verdict) {}
}
