package io.github.sdtune.job;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.github.sdtune.io.Json;
import java.util.Map;
import java.util.Optional;

/**
 * What a worker tells while it works: a line of {@link #PREFIX} and JSON on its standard output.
 * All other lines there are somebody's chatter and go to the log.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Event.Phase.class, name = "phase"),
  @JsonSubTypes.Type(value = Event.Progress.class, name = "progress"),
  @JsonSubTypes.Type(value = Event.Step.class, name = "step"),
  @JsonSubTypes.Type(value = Event.Validation.class, name = "validation"),
  @JsonSubTypes.Type(value = Event.Warning.class, name = "warning")
})
public sealed interface Event {
  String PREFIX = "@sdtune ";

  /** Something new begins, or was found out: shown at once. */
  record Phase(String text) implements Event {}

  /** How far something without a loss has come: {@code what} is such as "encoding pictures". */
  record Progress(String what, int done, int total) implements Event {}

  /** A training step was done. */
  record Step(
      int step,
      int steps,
      double loss,
      double learningRate,
      double gradNorm,
      double picturesPerSecond,
      double secondsLeft)
      implements Event {}

  /** A validation was done after {@code step} steps; step 0 is the base model. */
  record Validation(int step, Map<String, Double> metrics, boolean best) implements Event {}

  /** The user should know. */
  record Warning(String text) implements Event {}

  default String line() {
    return PREFIX + Json.line(this);
  }

  static Optional<Event> parse(String line) {
    return line.startsWith(PREFIX)
        ? Optional.of(Json.parse(line.substring(PREFIX.length()), Event.class, "worker"))
        : Optional.empty();
  }
}
