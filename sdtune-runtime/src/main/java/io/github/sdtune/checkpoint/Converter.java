package io.github.sdtune.checkpoint;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.AtomicFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Writes whole models in another layout or type, in the memory of their largest tensor. */
public final class Converter {
  private Converter() {}

  /**
   * Reads a diffusers folder or a single file and writes one of both. The result is complete or
   * absent; nothing is written before all that is wrong with the source is known.
   *
   * <p>Not carried over: averages of weights ({@code model_ema}), positions, the unused layer and
   * projection of SD2's text encoder; in a single file tokenizers, schedulers and the safety
   * checker have no place.
   *
   * @param to the folder or file to make
   * @param filter changes weights on their way; {@link PartFilter#none}
   * @throws SdtuneException that lists what is wrong with the source, or says that the target is
   *     there
   */
  public static void convert(
      Path from, Path to, ConvertSettings settings, PartFilter filter, Progress progress) {
    refuseTarget(from, to, settings);
    try (WholeModel source = WholeModel.open(from, settings)) {
      WholeModel filtered = source.filtered(filter, settings.type().isPresent());
      WholeModel model = settings.type().map(filtered::cast).orElse(filtered);
      if (settings.layout() == Layout.SINGLE_FILE) {
        Map<String, String> metadata = ModelSpec.of(model, settings);
        SingleFile.write(model, to, metadata, progress);
      } else {
        writeFolder(model, to, settings, progress);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(to + " cannot be written: " + e.getMessage(), e);
    }
  }

  private static void writeFolder(
      WholeModel model, Path to, ConvertSettings settings, Progress progress) throws IOException {
    AtomicFolder.write(
        to,
        folder -> {
          DiffusersFolder.write(
              model, folder, settings.variant(), settings.maxShardBytes(), progress);
          return folder;
        });
  }

  private static void refuseTarget(Path from, Path to, ConvertSettings settings) {
    Path source = from.toAbsolutePath().normalize();
    Path target = to.toAbsolutePath().normalize();
    if (target.startsWith(source) || source.startsWith(target)) {
      throw new SdtuneException(to + ": the result would lie in its own source " + from);
    }
    if (!Files.exists(to)) {
      return;
    }
    if (!settings.overwrite()) {
      throw new SdtuneException(to + ": is there already; remove it, or ask for it to be replaced");
    }
    boolean folder = settings.layout() == Layout.DIFFUSERS;
    if (folder ? !Files.exists(to.resolve("model_index.json")) : Files.isDirectory(to)) {
      throw new SdtuneException(
          to + ": is no " + (folder ? "diffusers folder" : "file") + ", and is not replaced");
    }
  }
}
