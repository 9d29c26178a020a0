package io.github.sdtune.train;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.AtomicFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.io.file.PathUtils;

/**
 * A training's checkpoints: folders {@code step-40}, each complete or absent. An old one is removed
 * only when a new one was read back and found to be as it was written.
 */
public final class Checkpoints {
  private static final String PREFIX = "step-";

  private final Path folder;
  private final int keep;
  private final Consumer<String> warnings;

  /** Found to be damaged: of no use to anybody. */
  private final Set<Path> damaged = new HashSet<>();

  /**
   * @param keep so many are kept
   * @param warnings told of what is passed over, and why
   */
  public Checkpoints(Path folder, int keep, Consumer<String> warnings) {
    this.folder = folder;
    this.keep = keep;
    this.warnings = warnings;
  }

  /**
   * The last checkpoint of a run that is as it was written, if there is one. Those that are not are
   * passed over with a warning; those of another run without.
   */
  Optional<Checkpoint> latest(String run) {
    removeLeftovers();
    for (Path candidate : newestFirst(folder)) {
      try {
        Checkpoint checkpoint = Checkpoint.open(candidate);
        if (!checkpoint.manifest().run().equals(run)) {
          continue;
        }
        Optional<String> damage = checkpoint.damage();
        if (damage.isEmpty()) {
          return Optional.of(checkpoint);
        }
        passOver(candidate, damage.get());
      } catch (SdtuneException e) {
        passOver(candidate, e.getMessage());
      }
    }
    return Optional.empty();
  }

  private void passOver(Path checkpoint, String why) {
    damaged.add(checkpoint);
    warnings.accept(
        "the checkpoint %s is passed over, and the one before it taken: %s"
            .formatted(checkpoint, why));
  }

  /** The newest one, of whichever run, by its manifest alone; absent if none can be read. */
  public static Optional<Checkpoint> newest(Path folder) {
    return newestFirst(folder).stream().flatMap(path -> readable(path).stream()).findFirst();
  }

  private static Optional<Checkpoint> readable(Path path) {
    try {
      return Optional.of(Checkpoint.open(path));
    } catch (SdtuneException e) {
      return Optional.empty();
    }
  }

  /**
   * The checkpoint of a name or at a path.
   *
   * @throws SdtuneException if there is none, it is damaged, or another run's
   */
  Checkpoint named(String name, String run) {
    removeLeftovers();
    Path path = folder.resolve(name);
    if (!Files.isDirectory(path)) {
      throw refused(name, "which is not there");
    }
    Checkpoint checkpoint;
    try {
      checkpoint = Checkpoint.open(path);
    } catch (SdtuneException e) {
      throw refused(name, "which is no whole checkpoint (" + e.getMessage() + ")");
    }
    Optional<String> damage = checkpoint.damage();
    if (damage.isPresent()) {
      throw refused(name, "which is damaged: " + damage.get());
    }
    if (!checkpoint.manifest().run().equals(run)) {
      throw refused(name, "which another dataset, configuration or base model was trained to");
    }
    return checkpoint;
  }

  private SdtuneException refused(String name, String why) {
    String there =
        newestFirst(folder).stream()
            .map(path -> path.getFileName().toString())
            .collect(Collectors.joining(", "));
    return new SdtuneException(
        "-Dsdtune.resumeFrom: found %s, %s; expected %s, %s, or one that is in %s: %s"
            .formatted(
                name,
                why,
                Safeguards.LATEST,
                Safeguards.NONE,
                folder,
                there.isEmpty() ? "none is" : there));
  }

  /**
   * Saves a run, then removes what is no longer needed: checkpoints of other runs, of steps that
   * this run has not done, and all but the newest.
   */
  void save(Checkpoint.State state, Path log, SortedMap<String, NDArray> tensors) {
    Path target = folder.resolve(PREFIX + state.step());
    try {
      AtomicFolder.write(
          target,
          fresh -> {
            Checkpoint.write(fresh, state, log, tensors);
            return fresh;
          });
      Optional<String> damage = Checkpoint.open(target).damage();
      if (damage.isPresent()) {
        throw new IOException(damage.get() + " when it is read back: is the disk failing?");
      }
      damaged.remove(target);
      prune(state);
    } catch (IOException e) {
      throw new UncheckedIOException(target + " cannot be written: " + e.getMessage(), e);
    }
  }

  private void prune(Checkpoint.State state) throws IOException {
    int kept = 0;
    for (Path candidate : newestFirst(folder)) {
      boolean ofThisRun =
          readable(candidate).filter(c -> c.manifest().run().equals(state.run())).isPresent();
      if (ofThisRun
          && !damaged.contains(candidate)
          && step(candidate) <= state.step()
          && kept < keep) {
        kept++;
      } else {
        Checkpoint.remove(candidate);
      }
    }
  }

  /** What a process that was killed was about to write or to remove. */
  private void removeLeftovers() {
    try {
      for (Path path : list(folder)) {
        String name = path.getFileName().toString();
        if (name.startsWith("." + PREFIX)) {
          PathUtils.deleteDirectory(path);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> newestFirst(Path folder) {
    return list(folder).stream()
        .filter(path -> step(path) >= 0)
        .sorted(Comparator.comparingInt(Checkpoints::step).reversed())
        .toList();
  }

  private static List<Path> list(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> paths = Files.list(folder)) {
      return new ArrayList<>(paths.filter(Files::isDirectory).toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** -1 of what is no checkpoint. */
  private static int step(Path path) {
    String name = path.getFileName().toString();
    return name.matches(PREFIX + "[0-9]{1,9}")
        ? Integer.parseInt(name.substring(PREFIX.length()))
        : -1;
  }
}
