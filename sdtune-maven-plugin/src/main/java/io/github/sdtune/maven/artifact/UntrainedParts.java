package io.github.sdtune.maven.artifact;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.checkpoint.RandomStart;
import io.github.sdtune.io.Sha256;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The parts of a base model that begin with random weights.
 *
 * @param parts whose weights are drawn; empty: none
 * @param seed of the draw
 */
public record UntrainedParts(Set<Part> parts, long seed) {
  public static final UntrainedParts NONE = new UntrainedParts(Set.of(), 0);

  public UntrainedParts {
    EnumSet<Part> ordered = EnumSet.noneOf(Part.class);
    ordered.addAll(parts);
    parts = Collections.unmodifiableSet(ordered);
  }

  /**
   * Parses {@code <baseModelUntrained>}.
   *
   * @param folders names of parts' folders; null: none
   * @throws SdtuneException that lists all names that are none of a part
   */
  public static UntrainedParts of(List<String> folders, long seed) {
    if (folders == null) {
      return NONE;
    }
    Set<Part> parts = EnumSet.noneOf(Part.class);
    List<String> unknown = new ArrayList<>();
    for (String folder : folders) {
      Part.ofFolder(folder.strip()).ifPresentOrElse(parts::add, () -> unknown.add(folder));
    }
    SdtuneException.refuse(
        "<baseModelUntrained>: expected parts of a model, which are "
            + Stream.of(Part.values()).map(Part::folder).collect(Collectors.joining(", ")),
        unknown.stream().map(name -> "found " + name).toList());
    return new UntrainedParts(parts, seed);
  }

  boolean isEmpty() {
    return parts.isEmpty();
  }

  /** The digest of a model of the given digest in which these parts are drawn. */
  String digest(String base) {
    return Sha256.of(base + " untrained " + parts.stream().map(Part::folder).toList() + " " + seed);
  }

  RandomStart start(Path base) {
    return new RandomStart(base, parts, seed);
  }

  /** As a log says it. */
  String describe() {
    return parts.stream().map(Part::folder).collect(Collectors.joining(", "));
  }
}
