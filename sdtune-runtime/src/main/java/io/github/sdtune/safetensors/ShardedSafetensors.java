package io.github.sdtune.safetensors;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.FileName;
import io.github.sdtune.io.Json;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Tensors in several files that an index, {@code *.safetensors.index.json}, puts together. */
public final class ShardedSafetensors implements TensorSource {
  private final Path index;
  private final Map<String, SafetensorsFile> shards = new LinkedHashMap<>();

  /** Where each tensor is. */
  private final Map<String, SafetensorsFile> tensors = new LinkedHashMap<>();

  private ShardedSafetensors(Path index) {
    this.index = index;
  }

  /**
   * Opens an index and every file that it names, beside it.
   *
   * @throws SdtuneException that lists every file that is missing or wrong, and every tensor that
   *     is not in the file where it should be or is in a file that should not have it
   */
  public static ShardedSafetensors open(Path index) {
    ShardedSafetensors sharded = new ShardedSafetensors(index);
    try {
      List<String> findings = sharded.read();
      if (!findings.isEmpty()) {
        throw new SdtuneException(index + ":\n  " + String.join("\n  ", findings));
      }
      return sharded;
    } catch (RuntimeException e) {
      sharded.close();
      throw e;
    }
  }

  private List<String> read() {
    JsonNode map = Json.read(index, JsonNode.class).path("weight_map");
    if (!map.isObject() || map.isEmpty()) {
      return List.of("weight_map: expected the name of a file for each tensor");
    }
    List<String> findings = new ArrayList<>();
    Map<String, String> expected = new LinkedHashMap<>();
    map.properties().forEach(e -> expected.put(e.getKey(), e.getValue().asText()));
    for (String name : new TreeSet<>(expected.values())) {
      openShard(name, findings);
    }
    Map<String, String> found = new HashMap<>();
    shards.forEach(
        (name, shard) -> {
          for (String tensor : shard.names()) {
            String other = found.put(tensor, name);
            if (other != null) {
              findings.add(tensor + ": is in " + other + " and in " + name);
            } else if (!expected.containsKey(tensor)) {
              findings.add(tensor + ": is in " + name + ", but not in the weight_map");
            }
          }
        });
    expected.forEach(
        (tensor, name) -> {
          SafetensorsFile shard = shards.get(name);
          if (shard != null && !shard.names().contains(tensor)) {
            findings.add(tensor + ": is not in " + name);
          }
          tensors.put(tensor, shard);
        });
    return findings;
  }

  private void openShard(String name, List<String> findings) {
    // A name, not a path: an index from somewhere may not make us read elsewhere.
    if (!FileName.isPlain(name)) {
      findings.add("weight_map: found '" + name + "', expected a file beside the index");
      return;
    }
    Path file = index.resolveSibling(name);
    if (!Files.exists(file)) {
      findings.add(name + ": there is no such file");
    } else {
      try {
        shards.put(name, SafetensorsFile.open(file));
      } catch (SdtuneException e) {
        findings.add(e.getMessage());
      }
    }
  }

  @Override
  public Path path() {
    return index;
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(tensors.keySet());
  }

  @Override
  public TensorType type(String name) {
    return shard(name).type(name);
  }

  @Override
  public List<Long> shape(String name) {
    return shard(name).shape(name);
  }

  @Override
  public ByteBuffer data(String name) {
    return shard(name).data(name);
  }

  /** The metadata of the first shard: writers put the same into each. */
  @Override
  public Map<String, String> metadata() {
    return shards.values().iterator().next().metadata();
  }

  @Override
  public void close() {
    shards.values().forEach(SafetensorsFile::close);
  }

  private SafetensorsFile shard(String name) {
    SafetensorsFile shard = tensors.get(name);
    if (shard == null) {
      throw new SdtuneException(index + ": there is no tensor " + name);
    }
    return shard;
  }
}
