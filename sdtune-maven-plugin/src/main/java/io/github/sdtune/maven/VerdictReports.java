package io.github.sdtune.maven;

import io.github.sdtune.gate.Baseline;
import io.github.sdtune.gate.Verdict;
import io.github.sdtune.io.AtomicFile;
import io.github.sdtune.job.Job;
import io.github.sdtune.job.Outputs;
import io.github.sdtune.metric.Metrics;
import io.github.sdtune.report.HtmlReport;
import io.github.sdtune.report.JunitXml;
import io.github.sdtune.report.ReportData;
import io.github.sdtune.train.TrainingSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.inject.Inject;

/** Writes what people and CI servers read: the report as HTML and Markdown, and the JUnit XML. */
public class VerdictReports {
  @Inject
  public VerdictReports() {}

  void write(Job job, Metrics metrics, Optional<Baseline> baseline, Verdict verdict) {
    Outputs outputs = job.outputs();
    JunitXml.write(outputs.junitReport(), verdict);
    AtomicFile.writeText(outputs.markdownReport(), markdown(job, verdict));
    HtmlReport.write(
        outputs.report(),
        new ReportData(
            job.artifact(),
            metrics,
            verdict,
            baseline,
            lines(outputs.trainingLog()),
            outputs.directory(),
            facts(job, metrics)));
  }

  private static String markdown(Job job, Verdict verdict) {
    return "### sdtune: " + job.artifact() + "\n\n" + verdict.markdown();
  }

  private static List<String> lines(Path file) {
    try {
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * What was trained on what and how. No path and no time: the same build gives the same report.
   */
  private static Map<String, String> facts(Job job, Metrics metrics) {
    TrainingSettings training = job.training();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Base model", job.base().name());
    facts.put("SHA-256 of the base model", job.base().sha256());
    facts.put("Resolution", Integer.toString(job.dataset().resolution()));
    facts.put("Method", training.method().summary());
    facts.put("Optimizer", training.optimizer().name());
    facts.put("Learning rate", training.learningRate() + ", " + training.schedule().shape().name());
    facts.put(
        "Steps",
        "%d at most, of %d pictures".formatted(training.maxSteps(), training.picturesPerStep()));
    facts.put("Seed", Long.toString(training.seed()));
    if (!metrics.predictions().isEmpty()) {
      facts.put("Predictions of the UNet to measure it", cost(metrics.predictions()));
    }
    return facts;
  }

  /** {@code 5,000, of which 3,072 (61%) for classification, 1,928 (39%) for losses}. */
  static String cost(Map<String, Integer> predictions) {
    int all = predictions.values().stream().mapToInt(Integer::intValue).sum();
    return predictions.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
        .map(
            part ->
                String.format(
                    Locale.ROOT,
                    "%,d (%.0f%%) for %s",
                    part.getValue(),
                    100.0 * part.getValue() / all,
                    part.getKey()))
        .collect(Collectors.joining(", ", String.format(Locale.ROOT, "%,d, of which ", all), ""));
  }
}
