package io.github.sdtune.maven.artifact;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.checkpoint.ConvertSettings;
import io.github.sdtune.checkpoint.Layout;
import io.github.sdtune.io.Sha256;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a single-file checkpoint does not say about itself.
 *
 * @param config a diffusers folder, with or without weights, that has the configurations and the
 *     tokenizers; absent: they are inferred
 * @param predictionType {@code epsilon} or {@code v_prediction}; absent: the family's default
 */
public record SingleFileOptions(Optional<Path> config, Optional<String> predictionType) {
  public static final SingleFileOptions NONE =
      new SingleFileOptions(Optional.empty(), Optional.empty());

  /**
   * How a single file becomes a folder.
   *
   * @throws SdtuneException if there is no such prediction type
   */
  ConvertSettings settings() {
    ConvertSettings settings = ConvertSettings.to(Layout.DIFFUSERS);
    ConvertSettings configured = config.map(settings::withConfig).orElse(settings);
    return predictionType.map(configured::withPredictionType).orElse(configured);
  }

  /** The digest of a model made from a file of the given digest with these options. */
  String digest(String file) {
    return equals(NONE)
        ? file
        : Sha256.of(file + config.map(SingleFileOptions::digest) + predictionType);
  }

  /** Of configurations and tokenizers: weights beside them are not read, and may be gigabytes. */
  private static String digest(Path folder) {
    return Sha256.ofFolder(folder, file -> file.toString().matches(".*\\.(json|txt)"));
  }

  /** Refuses options where there is no single file. */
  void requireNone(BaseModelReference reference) {
    if (!equals(NONE)) {
      throw new SdtuneException(
          "<baseModelConfig>, <baseModelPredictionType>: are for a single file, but <baseModel> is "
              + reference.name()
              + "; a folder says these things itself");
    }
  }
}
