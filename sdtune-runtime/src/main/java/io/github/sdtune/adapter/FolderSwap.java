package io.github.sdtune.adapter;

import io.github.sdtune.SdtuneException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Peft folders that are complete or absent. */
final class FolderSwap {
  private static final Set<String> OURS =
      Set.of(AdapterFiles.PEFT_WEIGHTS, AdapterFiles.PEFT_CONFIG);

  private FolderSwap() {}

  /**
   * Fills a folder beside the target, then gives it the target's name. A peft folder of that name
   * is replaced.
   *
   * @throws SdtuneException if the target is, or holds, something else
   */
  static <T> T write(Path target, Function<Path, T> content) {
    Path folder = target.toAbsolutePath();
    refuseOthers(folder);
    String stem = "." + folder.getFileName() + "." + UUID.randomUUID();
    Path fresh = folder.resolveSibling(stem + ".tmp");
    Path old = folder.resolveSibling(stem + ".old");
    try {
      try {
        Files.createDirectories(fresh);
        T result = content.apply(fresh);
        if (Files.exists(folder)) {
          Files.move(folder, old, StandardCopyOption.ATOMIC_MOVE);
        }
        Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
        return result;
      } finally {
        delete(fresh);
        delete(old);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(target + " cannot be written: " + e.getMessage(), e);
    }
  }

  private static void refuseOthers(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    Set<String> parts =
        AdapterFiles.PARTS.stream().map(part -> part.folder()).collect(Collectors.toSet());
    List<Path> others =
        Files.isDirectory(folder)
            ? walk(folder).stream()
                .filter(f -> !f.equals(folder))
                .filter(f -> !(Files.isDirectory(f) && parts.contains(f.getFileName().toString())))
                .filter(f -> !OURS.contains(f.getFileName().toString()))
                .toList()
            : List.of(folder);
    if (!others.isEmpty()) {
      throw new SdtuneException(
          folder
              + ": found "
              + others.get(0)
              + ", expected a peft folder, an empty one or none; choose another folder");
    }
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      for (Path file : walk(folder)) {
        Files.delete(file);
      }
    }
  }

  /** Deepest first. */
  private static List<Path> walk(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.sorted(Comparator.reverseOrder()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
