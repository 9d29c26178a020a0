package io.github.sdtune.evaluate;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The network in whose features pictures are compared.
 *
 * @param name as the user wrote it: a folder or Maven coordinates
 * @param directory its files; absent until it is brought onto this machine
 * @param sha256 of the artifact, or of the folder's files; empty until then
 */
public record FeatureModel(String name, Optional<Path> directory, String sha256) {
  /** A network that has not been brought yet. */
  public static FeatureModel named(String name) {
    return new FeatureModel(name, Optional.empty(), "");
  }
}
