package io.github.sdtune.adapter;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.io.AtomicFolder;
import io.github.sdtune.io.Json;
import io.github.sdtune.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Adapters as peft writes them: complete or as they were before. */
final class PeftFolder {
  private static final Set<String> OURS =
      Set.of(AdapterFiles.PEFT_WEIGHTS, AdapterFiles.PEFT_CONFIG);

  private PeftFolder() {}

  /**
   * Writes an adapter; a peft folder of that name is replaced.
   *
   * @return the files of weights: one in the folder itself if nothing but the UNet is adapted, else
   *     one in a folder for each part
   * @throws SdtuneException if the folder is, or holds, something else
   */
  static List<Path> write(Path folder, AdapterWeights weights, Map<String, String> metadata) {
    refuseOthers(folder.toAbsolutePath());
    boolean unetOnly = weights.parts().keySet().stream().allMatch(part -> part == Part.UNET);
    try {
      return AtomicFolder.write(
          folder,
          fresh -> {
            List<Path> files = new ArrayList<>();
            weights
                .parts()
                .forEach(
                    (part, modules) -> {
                      String name = unetOnly ? "" : part.folder();
                      write(fresh.resolve(name), part, modules, metadata);
                      files.add(folder.resolve(name).resolve(AdapterFiles.PEFT_WEIGHTS));
                    });
            return files;
          });
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " cannot be written: " + e.getMessage(), e);
    }
  }

  private static void write(
      Path folder,
      Part part,
      SortedMap<String, AdapterModule> modules,
      Map<String, String> metadata) {
    Path file = folder.resolve(AdapterFiles.PEFT_WEIGHTS);
    SafetensorsWriter.write(file, AdapterSpelling.peft(modules), metadata);
    Json.write(folder.resolve(AdapterFiles.PEFT_CONFIG), PeftConfig.file(part, modules));
  }

  private static void refuseOthers(Path folder) {
    other(folder)
        .ifPresent(
            other -> {
              throw new SdtuneException(
                  folder
                      + ": found "
                      + other
                      + ", expected a peft folder, an empty one or none; choose another folder");
            });
  }

  private static Optional<Path> other(Path folder) {
    if (!Files.isDirectory(folder)) {
      return Optional.of(folder).filter(Files::exists);
    }
    Set<String> parts = AdapterFiles.PARTS.stream().map(Part::folder).collect(Collectors.toSet());
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> !file.equals(folder))
          .filter(
              file ->
                  !(Files.isDirectory(file) ? parts : OURS).contains(file.getFileName().toString()))
          .sorted()
          .findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " cannot be listed: " + e.getMessage(), e);
    }
  }
}
