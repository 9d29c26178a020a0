package io.github.sdtune.report;

import io.github.sdtune.gate.Baseline;
import io.github.sdtune.gate.Verdict;
import io.github.sdtune.metric.Metrics;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a report is made of.
 *
 * @param title such as the artifact's name and version
 * @param baseline what the verdict compared with, for the table of metrics
 * @param trainingLog lines of {@code training.jsonl}; empty if there was no training
 * @param directory what the files of {@code metrics.samples()} are relative to
 * @param facts what was trained on what and how: label and value, in this order
 */
public record ReportData(
    String title,
    Metrics metrics,
    Verdict verdict,
    Optional<Baseline> baseline,
    List<String> trainingLog,
    Path directory,
    Map<String, String> facts) {
  public ReportData {
    trainingLog = List.copyOf(trainingLog);
    facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
  }
}
