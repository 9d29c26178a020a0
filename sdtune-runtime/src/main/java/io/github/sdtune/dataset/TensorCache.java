package io.github.sdtune.dataset;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.Sha256;
import io.github.sdtune.tensor.Safetensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Stream;

/**
 * Tensors on disk, by a key that says what they were computed from. Each {@link #add} writes a
 * shard of its own, named by its keys: two builds that share a folder cannot harm each other.
 */
final class TensorCache implements AutoCloseable {
  private final Path folder;
  private final Map<String, Safetensors> shards = new HashMap<>();

  TensorCache(Path folder) {
    this.folder = folder;
    if (Files.isDirectory(folder)) {
      list(folder).forEach(this::open);
    }
  }

  private void open(Path file) {
    try {
      Safetensors shard = Safetensors.open(file);
      shard.names().forEach(name -> shards.put(name, shard));
    } catch (SdtuneException e) {
      // Damaged on the disk: what was in it is computed again.
      delete(file);
    }
  }

  boolean contains(String key) {
    return shards.containsKey(key);
  }

  /** The tensor of a key, on {@code manager}. */
  NDArray read(String key, NDManager manager) {
    return shards.get(key).read(key, manager);
  }

  void add(SortedMap<String, NDArray> tensors) {
    Path file = folder.resolve(Sha256.of(String.join("\n", tensors.keySet())) + ".safetensors");
    Safetensors.write(file, tensors, Map.of());
    open(file);
  }

  private static List<Path> list(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".safetensors")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    shards.values().forEach(Safetensors::close);
    shards.clear();
  }
}
