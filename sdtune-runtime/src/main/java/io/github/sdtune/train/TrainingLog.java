package io.github.sdtune.train;

import io.github.sdtune.io.AtomicFile;
import io.github.sdtune.io.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * {@code training.jsonl}: a line for each step and each validation. It holds nothing that a clock
 * has to do with, so that two equal runs write equal files.
 */
public final class TrainingLog {
  /** A training step, the first being 1. */
  record StepLine(String event, int step, double loss, double learningRate, double gradNorm) {}

  /** A validation after so many steps. */
  record ValidationLine(String event, int step, Map<String, Double> metrics, boolean best) {}

  private final Path file;

  /** Starts a new log, or goes on with the first {@code lines} lines of one that is there. */
  public TrainingLog(Path file, int lines) {
    this.file = file;
    try {
      List<String> kept = lines == 0 ? List.of() : Files.readAllLines(file).subList(0, lines);
      String text = kept.isEmpty() ? "" : String.join("\n", kept) + "\n";
      AtomicFile.write(file, text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether a log has at least so many lines: a machine's crash may lose the last ones. */
  static boolean holds(Path file, int lines) {
    return Files.isRegularFile(file) && count(file) >= lines;
  }

  public void step(int step, TrainingStep.Outcome outcome) {
    append(new StepLine("step", step, outcome.loss(), outcome.learningRate(), outcome.gradNorm()));
  }

  public void validation(int step, Map<String, Double> metrics, boolean best) {
    append(new ValidationLine("validation", step, metrics, best));
  }

  private void append(Object line) {
    try {
      Files.writeString(file, Json.line(line) + "\n", StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lines written so far. */
  public int lines() {
    return count(file);
  }

  private static int count(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return Math.toIntExact(lines.count());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
