package io.github.sdtune.checkpoint;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.safetensors.TensorSource;
import java.util.List;
import java.util.Optional;

/**
 * Asks what shapes a network must have of the names under a prefix of a single file. Each question
 * names several tensors that know the answer: one that is missing is to be found by name, not to
 * make another network of the rest.
 */
final class Shapes {
  private final TensorSource file;
  private final String prefix;
  private final List<String> names;

  Shapes(TensorSource file, String prefix) {
    this.file = file;
    this.prefix = prefix;
    this.names =
        file.names().stream()
            .filter(name -> name.startsWith(prefix))
            .map(name -> name.substring(prefix.length()))
            .toList();
  }

  /** Length of a dimension of the first tensor that is there. */
  int dimension(int axis, String... candidates) {
    for (String candidate : candidates) {
      if (names.contains(candidate) && shape(candidate).size() > axis) {
        return length(candidate, axis);
      }
    }
    throw new SdtuneException(file.path() + ":\n  missing: " + prefix + candidates[0]);
  }

  /** Length of a dimension of any tensor whose name ends so. */
  Optional<Integer> dimensionOfAny(int axis, String suffix) {
    return any(suffix).filter(name -> shape(name).size() > axis).map(name -> length(name, axis));
  }

  /** Number of dimensions of any tensor whose name ends so. */
  Optional<Integer> rankOfAny(String suffix) {
    return any(suffix).map(name -> shape(name).size());
  }

  /** One more than the highest number that follows {@code start}; 0 if there is none. */
  int count(String start) {
    return names.stream()
        .filter(name -> name.startsWith(start))
        .map(name -> name.substring(start.length()).split("\\.", 2)[0])
        .filter(number -> number.matches("\\d{1,6}"))
        .mapToInt(number -> Integer.parseInt(number) + 1)
        .max()
        .orElse(0);
  }

  boolean hasUnder(String start) {
    return names.stream().anyMatch(name -> name.startsWith(start));
  }

  boolean has(String name) {
    return names.contains(name);
  }

  private Optional<String> any(String suffix) {
    return names.stream().filter(name -> name.endsWith(suffix)).findFirst();
  }

  private List<Long> shape(String name) {
    return file.shape(prefix + name);
  }

  private int length(String name, int axis) {
    return Math.toIntExact(shape(name).get(axis));
  }
}
