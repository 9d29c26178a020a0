package io.github.sdtune.maven.artifact;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.checkpoint.ConvertSettings;
import io.github.sdtune.checkpoint.Converter;
import io.github.sdtune.checkpoint.PartFilter;
import io.github.sdtune.checkpoint.Progress;
import io.github.sdtune.checkpoint.RandomStart;
import io.github.sdtune.io.Temporaries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.Consumer;
import org.apache.maven.plugin.logging.Log;

/** Models made folders, by the digest of the archive or file that they come from. */
final class ModelCache {
  private static final String BASE_MODEL = "<baseModel>";

  private final Path models;

  ModelCache(Path cache) {
    this.models = cache.resolve("models");
  }

  /** Makes a folder that is not there yet. */
  @FunctionalInterface
  private interface Filling {
    void into(Path folder) throws IOException;
  }

  /** The folder of a base model in an archive; unpacked if it is not there. */
  Path unpacked(String name, Path zip, String sha256) {
    return unpacked(
        BASE_MODEL,
        name,
        zip,
        sha256,
        folder -> BaseModelReference.requireDiffusersLayout(name, folder));
  }

  /**
   * The folder of a model in an archive; unpacked if it is not there.
   *
   * @param element of the POM that names it
   * @param layout throws if what was unpacked is no such model
   */
  Path unpacked(String element, String name, Path zip, String sha256, Consumer<Path> layout) {
    return made(
        element + " " + name,
        zip,
        models.resolve(sha256),
        folder -> {
          Files.createDirectory(folder);
          new Unpacker(element + " " + name).unpack(zip, folder);
          layout.accept(folder);
        });
  }

  /** The folder of a model in a single file; converted if it is not there. */
  Path converted(String name, Path file, String sha256, ConvertSettings settings, Log log) {
    return made(
        BASE_MODEL + " " + name,
        file,
        models.resolve(sha256),
        folder -> {
          log.info("<baseModel> " + name + ": is made a diffusers folder once, in " + models);
          Converter.convert(file, folder, settings, PartFilter.none(), Progress.none());
        });
  }

  /** The folder of a model with parts that are drawn; written if it is not there. */
  Path untrained(String name, Path base, String sha256, RandomStart start) {
    return made(BASE_MODEL + " " + name, base, models.resolve(sha256), start::write);
  }

  /** A folder that is there is complete. */
  private Path made(String name, Path source, Path folder, Filling filling) {
    if (Files.isDirectory(folder)) {
      return folder;
    }
    try {
      Files.createDirectories(models);
      Path temporary = Files.createTempDirectory(models, ".making-");
      Temporaries.begin(temporary);
      try {
        Path made = temporary.resolve("model");
        filling.into(made);
        move(made, folder);
      } finally {
        Temporaries.end(temporary);
      }
      return folder;
    } catch (IOException e) {
      throw new SdtuneException(
          name + ": " + source + " cannot be made the folder " + folder + ": " + e, e);
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
