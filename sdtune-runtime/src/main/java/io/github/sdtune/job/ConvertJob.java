package io.github.sdtune.job;

import io.github.sdtune.safetensors.TensorType;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Asks for a model or an adapter in another format.
 *
 * @param from a file or a folder; what it is, is seen from its content
 * @param to what is written
 * @param format absent: as {@code from}
 * @param type absent: each tensor keeps its own
 * @param maxShardSize in bytes; absent: one file for each part
 * @param config a diffusers folder, with or without weights, that a single file or an adapter goes
 *     with; absent: told by what is in them
 * @param predictionType of a single file, which does not say it; absent: as its family has it
 * @param adapter to merge into the model
 * @param scale of the adapter
 * @param overwrite whether {@code to} may be there already
 */
public record ConvertJob(
    Path from,
    Path to,
    Optional<ConvertFormat> format,
    Optional<TensorType> type,
    OptionalLong maxShardSize,
    Optional<Path> config,
    Optional<String> predictionType,
    Optional<Path> adapter,
    double scale,
    boolean overwrite,
    Path outputDirectory)
    implements Request {
  @Override
  public String name() {
    return "convert";
  }

  /** The same of another model or adapter. */
  public ConvertJob withFrom(Path other) {
    return new ConvertJob(
        other,
        to,
        format,
        type,
        maxShardSize,
        config,
        predictionType,
        adapter,
        scale,
        overwrite,
        outputDirectory);
  }

  @Override
  public Computation computation() {
    return Computation.NONE;
  }
}
