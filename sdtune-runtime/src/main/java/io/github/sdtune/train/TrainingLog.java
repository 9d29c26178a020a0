package io.github.sdtune.train;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.sdtune.io.AtomicFile;
import io.github.sdtune.io.Json;
import io.github.sdtune.metric.Metric;
import io.github.sdtune.metric.MetricCatalog;
import io.github.sdtune.metric.Overfitting;
import io.github.sdtune.metric.OverfittingRule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * {@code training.jsonl}: a line for each step and each validation. It holds nothing that a clock
 * has to do with, so that two equal runs write equal files.
 */
public final class TrainingLog {
  /** A training step, the first being 1. */
  record StepLine(String event, int step, double loss, double learningRate, double gradNorm) {}

  /**
   * A validation after so many steps.
   *
   * @param best whether its weights are the best so far
   * @param pictures the loss of each picture, in an order that is the same in each line
   */
  record ValidationLine(
      String event,
      int step,
      Map<String, Double> metrics,
      boolean best,
      Map<String, List<Double>> pictures) {}

  /** What the validations say about overfitting, at the end. */
  record OverfittingLine(
      String event, Overfitting.Kind kind, Optional<Integer> step, String sentence) {}

  /** The losses that are written for each picture: those that {@link OverfittingRule} compares. */
  private static final List<String> OF_PICTURES =
      List.of(MetricCatalog.VALIDATION_LOSS, MetricCatalog.TRAINING_SUBSET_LOSS);

  private static final MathContext DIGITS = new MathContext(7);

  private final Path file;

  private TrainingLog(Path file) {
    this.file = file;
  }

  /**
   * Starts a log with lines that were written before, or none; a file that is there is replaced.
   */
  static TrainingLog begin(Path file, byte[] lines) {
    try {
      AtomicFile.write(file, lines);
      return new TrainingLog(file);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be written: " + e.getMessage(), e);
    }
  }

  public void step(int step, TrainingStep.Outcome outcome) {
    append(new StepLine("step", step, outcome.loss(), outcome.learningRate(), outcome.gradNorm()));
  }

  public void validation(int step, Map<String, Metric> metrics, boolean best) {
    Map<String, Double> values = new TreeMap<>();
    metrics.forEach((name, metric) -> values.put(name, metric.value()));
    Map<String, List<Double>> pictures = new TreeMap<>();
    for (String name : OF_PICTURES) {
      if (metrics.containsKey(name)) {
        pictures.put(
            name, metrics.get(name).items().values().stream().map(TrainingLog::rounded).toList());
      }
    }
    append(new ValidationLine("validation", step, values, best, pictures));
  }

  private static double rounded(double value) {
    return Double.isFinite(value) ? new BigDecimal(value).round(DIGITS).doubleValue() : value;
  }

  /** Judges the validations of a log, and writes what they say as its last line. */
  public static Overfitting judge(Path file) {
    TrainingLog log = new TrainingLog(file);
    Overfitting found = OverfittingRule.judge(validations(file));
    log.append(new OverfittingLine("overfitting", found.kind(), found.step(), found.sentence()));
    return found;
  }

  /** What {@link #judge} wrote; absent if the log has no such line, or there is none. */
  public static Optional<Overfitting> judgement(Path file) {
    return Files.isRegularFile(file)
        ? events(file, "overfitting")
            .map(line -> Json.parse(line.toString(), OverfittingLine.class, file.toString()))
            .map(line -> new Overfitting(line.kind(), line.step(), line.sentence()))
            .reduce((first, second) -> second)
        : Optional.empty();
  }

  private static List<OverfittingRule.Validation> validations(Path file) {
    return events(file, "validation")
        .map(line -> Json.parse(line.toString(), ValidationLine.class, file.toString()))
        .map(
            line ->
                new OverfittingRule.Validation(
                    line.step(),
                    line.pictures().getOrDefault(MetricCatalog.VALIDATION_LOSS, List.of()),
                    line.pictures().getOrDefault(MetricCatalog.TRAINING_SUBSET_LOSS, List.of())))
        .toList();
  }

  private static Stream<JsonNode> events(Path file, String event) {
    try {
      return Files.readAllLines(file).stream()
          .map(line -> Json.parse(line, JsonNode.class, file.toString()))
          .filter(line -> line.path("event").asText().equals(event));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void append(Object line) {
    try {
      Files.writeString(file, Json.line(line) + "\n", StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be written: " + e.getMessage(), e);
    }
  }
}
