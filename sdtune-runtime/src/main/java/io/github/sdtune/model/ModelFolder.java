package io.github.sdtune.model;

import io.github.sdtune.SdtuneException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The files of one part of a diffusers folder. */
final class ModelFolder {
  private ModelFolder() {}

  /**
   * The weights of a part: {@code stem.safetensors}, or if there is none the half-precision
   * variant.
   *
   * @throws SdtuneException if there is neither
   */
  static Path weights(Path folder, String stem) {
    List<Path> candidates =
        List.of(folder.resolve(stem + ".safetensors"), folder.resolve(stem + ".fp16.safetensors"));
    return candidates.stream()
        .filter(Files::isRegularFile)
        .findFirst()
        .orElseThrow(
            () ->
                new SdtuneException(
                    candidates.get(0)
                        + ": there is no such file; a model folder needs its weights as safetensors"
                        + (Files.exists(folder.resolve(stem + ".bin")) ? ", not as .bin" : "")));
  }
}
