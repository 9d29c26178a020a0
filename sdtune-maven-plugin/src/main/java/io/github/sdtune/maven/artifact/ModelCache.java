package io.github.sdtune.maven.artifact;

import io.github.sdtune.SdtuneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.apache.commons.io.file.PathUtils;

/** Unpacked models, by the digest of their archive. */
final class ModelCache {
  private final Path models;

  ModelCache(Path cache) {
    this.models = cache.resolve("models");
  }

  /** The folder of a model; unpacked if it is not there. A folder that is there is complete. */
  Path folder(String name, Path zip, String sha256) {
    Path folder = models.resolve(sha256);
    if (Files.isDirectory(folder)) {
      return folder;
    }
    try {
      Files.createDirectories(models);
      Path temporary = Files.createTempDirectory(models, ".unpacking-");
      try {
        new Unpacker(name).unpack(zip, temporary);
        BaseModelReference.requireDiffusersLayout(name, temporary);
        move(temporary, folder);
      } finally {
        if (Files.exists(temporary)) {
          PathUtils.deleteDirectory(temporary);
        }
      }
      return folder;
    } catch (IOException e) {
      throw new SdtuneException(
          "<baseModel> " + name + ": " + zip + " cannot be unpacked to " + folder + ": " + e, e);
    }
  }

  private static void move(Path temporary, Path folder) throws IOException {
    try {
      Files.move(temporary, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      // Another build was faster, and its folder is as good.
      if (!Files.isDirectory(folder)) {
        throw e;
      }
    }
  }
}
