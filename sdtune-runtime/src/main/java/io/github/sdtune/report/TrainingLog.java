package io.github.sdtune.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.sdtune.io.Json;
import io.github.sdtune.metric.Overfitting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The steps and validations in a {@code training.jsonl}. Where a resumed training did a step again,
 * the later one counts.
 *
 * @param overfitting what its last line says; absent where the training has not ended
 * @param unreadable lines that are no JSON, as the last one of an interrupted training may be
 */
public record TrainingLog(
    Collection<Step> steps,
    Collection<Validation> validations,
    Optional<Overfitting> overfitting,
    int unreadable) {
  /** A training step. */
  public record Step(int step, double loss, double learningRate, double gradNorm) {
    /** Whether it was not taken, because it is not finite. */
    boolean skipped() {
      return !Double.isFinite(loss) || !Double.isFinite(gradNorm);
    }
  }

  /** A validation after so many steps. */
  public record Validation(int step, Map<String, Double> metrics, boolean best) {}

  /** How many steps were not taken, because they were not finite. */
  public long skipped() {
    return steps.stream().filter(Step::skipped).count();
  }

  /** The log in a file. */
  public static TrainingLog read(Path file) {
    try {
      return parse(Files.readAllLines(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static TrainingLog parse(List<String> lines) {
    TreeMap<Integer, Step> steps = new TreeMap<>();
    TreeMap<Integer, Validation> validations = new TreeMap<>();
    Optional<Overfitting> overfitting = Optional.empty();
    int unreadable = 0;
    for (String line : lines) {
      if (line.isBlank()) {
        continue;
      }
      try {
        JsonNode event = Json.mapper().readTree(line);
        int step = event.path("step").asInt();
        switch (event.path("event").asText()) {
          case "step" ->
              steps.put(
                  step,
                  new Step(
                      step,
                      number(event, "loss"),
                      number(event, "learningRate"),
                      number(event, "gradNorm")));
          case "validation" ->
              validations.put(
                  step,
                  new Validation(
                      step, numbers(event.path("metrics")), event.path("best").asBoolean()));
          case "overfitting" -> overfitting = Optional.of(overfitting(event));
          default -> {
            // Phases, progress and warnings draw no curve.
          }
        }
      } catch (JsonProcessingException e) {
        unreadable++;
      }
    }
    return new TrainingLog(
        new ArrayList<>(steps.values()),
        new ArrayList<>(validations.values()),
        overfitting,
        unreadable);
  }

  private static Overfitting overfitting(JsonNode event) throws JsonProcessingException {
    return new Overfitting(
        Json.mapper().treeToValue(event.path("kind"), Overfitting.Kind.class),
        Optional.of(event.path("step")).filter(JsonNode::isInt).map(JsonNode::asInt),
        event.path("sentence").asText());
  }

  private static Map<String, Double> numbers(JsonNode node) {
    Map<String, Double> numbers = new TreeMap<>();
    node.fieldNames().forEachRemaining(name -> numbers.put(name, number(node, name)));
    return numbers;
  }

  /** NaN, which Jackson writes as text, is NaN. */
  private static double number(JsonNode node, String name) {
    JsonNode value = node.path(name);
    return value.isNumber() ? value.asDouble() : Double.NaN;
  }
}
