package io.github.sdtune.job;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.Json;
import io.github.sdtune.io.Sha256;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a goal's outputs were made from: names and digests of everything that went in, and digests
 * of what came out. Written after the outputs, so that an interrupted goal has none.
 *
 * @param inputs by name, such as {@code base} or {@code training}
 * @param outputs digest of each file, by its path below the output directory
 */
public record Stamp(Map<String, String> inputs, Map<String, String> outputs) {
  public Stamp {
    inputs = new TreeMap<>(inputs);
    outputs = new TreeMap<>(outputs);
  }

  public static Stamp of(Map<String, String> inputs, Path directory, List<Path> outputs) {
    Map<String, String> digests = new TreeMap<>();
    for (Path output : outputs) {
      digests.put(directory.relativize(output).toString().replace('\\', '/'), Sha256.of(output));
    }
    return new Stamp(inputs, digests);
  }

  /** Why the goal must run again; absent if its outputs are up to date. */
  public static Optional<String> stale(Path stamp, Map<String, String> inputs, Path directory) {
    if (!Files.exists(stamp)) {
      return Optional.of("it has not run yet");
    }
    Stamp last;
    try {
      last = Json.read(stamp, Stamp.class);
    } catch (SdtuneException e) {
      return Optional.of("its stamp cannot be read");
    }
    TreeSet<String> changed = new TreeSet<>();
    for (String name : union(inputs, last.inputs())) {
      if (!Optional.ofNullable(inputs.get(name))
          .equals(Optional.ofNullable(last.inputs().get(name)))) {
        changed.add(name);
      }
    }
    if (!changed.isEmpty()) {
      return Optional.of("changed: " + String.join(", ", changed));
    }
    for (Map.Entry<String, String> output : last.outputs().entrySet()) {
      Path file = directory.resolve(output.getKey());
      if (!Files.exists(file)) {
        return Optional.of(output.getKey() + " is missing");
      }
      if (!Sha256.of(file).equals(output.getValue())) {
        return Optional.of(output.getKey() + " is not as it was written");
      }
    }
    return Optional.empty();
  }

  private static TreeSet<String> union(Map<String, String> a, Map<String, String> b) {
    TreeSet<String> names = new TreeSet<>(a.keySet());
    names.addAll(b.keySet());
    return names;
  }
}
