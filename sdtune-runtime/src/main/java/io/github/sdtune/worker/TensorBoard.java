package io.github.sdtune.worker;

import io.github.sdtune.metric.Metric;
import io.github.sdtune.report.EventFile;
import io.github.sdtune.train.Trainer;
import io.github.sdtune.train.TrainingStep;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.io.file.PathUtils;

/**
 * Writes what TensorBoard shows while a training goes on, and passes all on. A run that goes on
 * writes another file, which takes back what was said of steps that are done again.
 */
final class TensorBoard implements Trainer.Listener, AutoCloseable {
  private final Path folder;
  private final Trainer.Listener next;
  private EventFile file;

  /**
   * @param folder of event files: those of another run are removed
   */
  TensorBoard(Path folder, Trainer.Listener next) {
    this.folder = folder;
    this.next = next;
  }

  @Override
  public void resumed(int step, String from) {
    begin(step + 1);
    next.resumed(step, from);
  }

  @Override
  public void step(int step, TrainingStep.Outcome outcome) {
    write(
        step,
        Map.of(
            "training/loss", outcome.loss(),
            "training/learningRate", outcome.learningRate(),
            "training/gradNorm", outcome.gradNorm()));
    next.step(step, outcome);
  }

  @Override
  public void validated(int step, Map<String, Metric> metrics, boolean best) {
    Map<String, Double> values = new TreeMap<>();
    // Each family of metrics has a section of its own.
    metrics.forEach((name, metric) -> values.put(name.replaceFirst("\\.", "/"), metric.value()));
    write(step, values);
    next.validated(step, metrics, best);
  }

  private void write(int step, Map<String, Double> values) {
    if (file == null) {
      remove();
      begin(step);
    }
    try {
      file.scalars(step, values);
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " cannot be written: " + e.getMessage(), e);
    }
  }

  private void begin(int step) {
    try {
      file = EventFile.begin(folder, step);
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " cannot be written: " + e.getMessage(), e);
    }
  }

  private void remove() {
    try {
      if (Files.exists(folder)) {
        PathUtils.deleteDirectory(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void skipped(int step, String why) {
    next.skipped(step, why);
  }

  @Override
  public void halved(int pictures) {
    next.halved(pictures);
  }

  @Override
  public void diverged(int step, String why) {
    next.diverged(step, why);
  }

  @Override
  public void warned(String text) {
    next.warned(text);
  }

  @Override
  public void close() {
    try {
      if (file != null) {
        file.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
