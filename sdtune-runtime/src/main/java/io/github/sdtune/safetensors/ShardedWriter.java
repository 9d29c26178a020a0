package io.github.sdtune.safetensors;

import io.github.sdtune.io.Json;
import io.github.sdtune.safetensors.SafetensorsWriter.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes tensors as one file or, above a size, as several with an index, under the names that
 * diffusers and transformers look for.
 */
public final class ShardedWriter {
  private ShardedWriter() {}

  /**
   * Writes {@code stem.safetensors}, or {@code stem-00001-of-00003.safetensors} and so on with
   * {@code stem.safetensors.index.json}. With the variant fp16 they are {@code
   * stem.fp16.safetensors}, {@code stem.fp16-00001-of-00003.safetensors} and {@code
   * stem.safetensors.index.fp16.json}.
   *
   * @param variant an infix, or empty
   * @param maxShardBytes bytes of tensors in one file; a tensor larger than it has its own file
   */
  public static void write(
      Path folder,
      String stem,
      String variant,
      List<Tensor> tensors,
      Map<String, String> metadata,
      long maxShardBytes) {
    String infix = variant.isEmpty() ? "" : "." + variant;
    List<List<Tensor>> shards = split(tensors, maxShardBytes);
    if (shards.size() == 1) {
      Path file = folder.resolve(stem + infix + ".safetensors");
      SafetensorsWriter.write(file, tensors, metadata);
      return;
    }
    Map<String, String> weightMap = new TreeMap<>();
    for (int i = 0; i < shards.size(); i++) {
      String name = "%s%s-%05d-of-%05d.safetensors".formatted(stem, infix, i + 1, shards.size());
      SafetensorsWriter.write(folder.resolve(name), shards.get(i), metadata);
      shards.get(i).forEach(tensor -> weightMap.put(tensor.name(), name));
    }
    long total = tensors.stream().mapToLong(Tensor::size).sum();
    Json.write(
        folder.resolve(stem + ".safetensors.index" + infix + ".json"),
        Map.of("metadata", Map.of("total_size", total), "weight_map", weightMap));
  }

  /** Greedily, in the order given, as huggingface_hub splits a state dict. */
  private static List<List<Tensor>> split(List<Tensor> tensors, long maxShardBytes) {
    List<List<Tensor>> shards = new ArrayList<>(List.of(new ArrayList<>()));
    long size = 0;
    for (Tensor tensor : tensors) {
      List<Tensor> last = shards.get(shards.size() - 1);
      if (!last.isEmpty() && size + tensor.size() > maxShardBytes) {
        last = new ArrayList<>();
        shards.add(last);
        size = 0;
      }
      last.add(tensor);
      size += tensor.size();
    }
    return shards;
  }
}
