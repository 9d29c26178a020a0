package io.github.sdtune.gate;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.Json;
import io.github.sdtune.metric.Metrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the tuned model is compared with.
 *
 * @param version a released version such as {@code 1.0}, the name of a committed file, or what says
 *     that it is the base model
 * @param samples folder or zip that the files of {@code metrics.samples()} are relative to; absent
 *     where there is none
 */
public record Baseline(String version, Metrics metrics, Optional<Path> samples) {
  /** In the place of a version, where the base model is compared with. */
  public static final String BASE_MODEL = "the base model";

  // A metric without a value must not be read as 0.
  private static final ObjectReader READER =
      Json.mapper()
          .readerFor(Metrics.class)
          .with(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);

  public Baseline(String version, Metrics metrics) {
    this(version, metrics, Optional.empty());
  }

  /** The same with its samples. */
  public Baseline withSamples(Path folderOrZip) {
    return new Baseline(version, metrics, Optional.of(folderOrZip));
  }

  /** The base model, as it was measured beside the tuned one. */
  public static Baseline ofBase(Metrics metrics) {
    return new Baseline(BASE_MODEL, metrics.ofBase());
  }

  /**
   * Reads a {@code metrics.json}.
   *
   * @throws SdtuneException if there is no such file, it is not a {@code metrics.json}, or it has
   *     another version of the format
   */
  public static Baseline read(String version, Path file) {
    Metrics metrics;
    try {
      metrics = READER.readValue(Files.readString(file));
    } catch (NoSuchFileException e) {
      throw new SdtuneException("baseline " + version + ": there is no file " + file, e);
    } catch (IOException e) {
      String[] lines = String.valueOf(e.getMessage()).split("\n", 2);
      throw new SdtuneException(
          "baseline " + version + ": " + file + " is not a metrics.json of sdtune: " + lines[0], e);
    }
    if (metrics == null || metrics.version() != Metrics.VERSION) {
      throw new SdtuneException(
          "baseline "
              + version
              + ": "
              + file
              + ": found version "
              + (metrics == null ? "none" : metrics.version())
              + " of metrics.json, expected "
              + Metrics.VERSION
              + "; evaluate that model again with this version of sdtune");
    }
    return new Baseline(version, metrics);
  }
}
