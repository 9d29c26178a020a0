package io.github.sdtune.report;

import io.github.sdtune.gate.Baseline;
import io.github.sdtune.gate.Decimals;
import io.github.sdtune.metric.Sample;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.ProviderNotFoundException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Pictures of the base, of the baseline and of the tuned model side by side, with what is nearest
 * in the training, inlined as data URIs.
 */
public final class SampleGrid {
  private static final long PNG_SIGNATURE = 0x89504e470d0a1a0aL;
  private static final int HEADER = 24;
  private static final int LARGEST_FILE = 16 << 20;
  private static final int SMALL = 256;

  private SampleGrid() {}

  /**
   * One prompt drawn from the same seed by several models.
   *
   * @param pictures from left to right
   * @param nearest file of the training picture that is nearest to the tuned model's; empty if
   *     there is none
   */
  public record Row(String prompt, long seed, List<Column> pictures, String nearest) {}

  /**
   * A picture and what drew it.
   *
   * @param kind {@code tuned}, {@code before} for what the slider compares it with, or {@code
   *     aside}
   */
  public record Column(String label, String kind, Picture picture) {}

  /**
   * A picture.
   *
   * @param uri empty if there is none
   * @param problem why not
   * @param small whether to show its pixels as squares
   */
  public record Picture(String uri, String problem, int width, int height, boolean small) {}

  /**
   * The pictures of all samples; of the baseline where it has drawn the same prompts from the same
   * seeds.
   *
   * @param directory what the samples' files are relative to
   */
  static List<Row> of(List<Sample> samples, Path directory, Optional<Baseline> baseline) {
    if (baseline.flatMap(Baseline::samples).isEmpty()) {
      return rows(samples, directory, Optional.empty(), directory);
    }
    Path kept = baseline.get().samples().orElseThrow();
    if (Files.isDirectory(kept)) {
      return rows(samples, directory, baseline, kept);
    }
    try (FileSystem zip = FileSystems.newFileSystem(kept)) {
      return rows(samples, directory, baseline, zip.getPath("/"));
    } catch (IOException | ProviderNotFoundException e) {
      return rows(samples, directory, Optional.empty(), directory); // no zip: not worth a failure
    }
  }

  private static List<Row> rows(
      List<Sample> samples, Path directory, Optional<Baseline> baseline, Path baselineDirectory) {
    return samples.stream()
        .map(sample -> row(sample, directory, baseline, baselineDirectory))
        .toList();
  }

  private static Row row(
      Sample sample, Path directory, Optional<Baseline> baseline, Path baselineDirectory) {
    Optional<Sample> same =
        baseline.flatMap(
            b ->
                b.metrics().samples().stream()
                    .filter(s -> s.prompt().equals(sample.prompt()) && s.seed() == sample.seed())
                    .findFirst());
    List<Column> columns = new ArrayList<>();
    columns.add(
        new Column(
            "base", same.isPresent() ? "aside" : "before", picture(directory, sample.base())));
    same.ifPresent(
        s ->
            columns.add(
                new Column(
                    baseline.get().version(), "before", picture(baselineDirectory, s.tuned()))));
    columns.add(new Column("tuned", "tuned", picture(directory, sample.tuned())));
    sample
        .nearest()
        .ifPresent(
            nearest ->
                columns.add(
                    new Column(
                        "nearest trained on", "aside", picture(directory, nearest.picture()))));
    return new Row(
        sample.prompt(),
        sample.seed(),
        columns,
        sample
            .nearest()
            .map(n -> n.file() + ", distance " + Decimals.format(n.distance()))
            .orElse(""));
  }

  private static Picture picture(Path directory, String name) {
    if (name == null) {
      return none("not drawn");
    }
    try {
      Path root = directory.toAbsolutePath().normalize();
      Path file = root.resolve(name).normalize();
      if (!file.startsWith(root)) {
        return none("outside of the folder");
      }
      if (!Files.isRegularFile(file)) {
        return none("missing");
      }
      if (Files.size(file) > LARGEST_FILE) {
        return none("too large");
      }
      return png(Files.readAllBytes(file));
    } catch (InvalidPathException | IOException e) {
      return none("unreadable");
    }
  }

  /** Reads the size from the header chunk, which is always first; AWT stays out of Maven's JVM. */
  private static Picture png(byte[] bytes) {
    ByteBuffer header = ByteBuffer.wrap(bytes);
    if (bytes.length < HEADER || header.getLong(0) != PNG_SIGNATURE) {
      return none("not a PNG");
    }
    int width = header.getInt(16);
    int height = header.getInt(20);
    String uri = "data:image/png;base64," + Base64.getEncoder().encodeToString(bytes);
    return new Picture(uri, "", width, height, Math.max(width, height) < SMALL);
  }

  private static Picture none(String problem) {
    return new Picture("", problem, 0, 0, false);
  }
}
