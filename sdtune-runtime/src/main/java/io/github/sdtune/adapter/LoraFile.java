package io.github.sdtune.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.tensor.Safetensors;
import io.github.sdtune.tensor.Scope;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a training writes: diffusers' {@code pytorch_lora_weights.safetensors}, in the spelling of
 * {@link AdapterWriter}.
 *
 * <p>The tensors have no place for alpha. diffusers reads it from a string in the header, but
 * ComfyUI and A1111 do not, and would apply the adapter too strongly or too weakly: so alpha / r is
 * folded into the up weights.
 */
public final class LoraFile {
  private LoraFile() {}

  /**
   * Writes the adapters of a model.
   *
   * @param metadata strings to keep in the file's header
   */
  public static void write(Path file, Map<Part, Adapter> adapters, Map<String, String> metadata) {
    Scope.closing(
        () -> {
          SortedMap<Part, SortedMap<String, LoraModule>> parts = new TreeMap<>();
          adapters.forEach((part, adapter) -> parts.put(part, adapter.modules()));
          AdapterWeights weights = new AdapterWeights(file.toString(), parts, metadata);
          return AdapterWriter.write(file, weights, AdapterOutput.of(Style.DIFFUSERS));
        });
  }

  /** Reads what {@link #write} wrote, by the names of {@link Adapter#parameters()}. */
  public static SortedMap<Part, SortedMap<String, NDArray>> read(Path file, NDManager manager) {
    try (Safetensors saved = Safetensors.open(file)) {
      SortedMap<Part, SortedMap<String, NDArray>> parts = new TreeMap<>();
      for (String name : saved.names()) {
        Part part = part(name);
        String parameter =
            name.substring(part.folder().length() + 1)
                .replaceFirst("\\.lora(_linear_layer)?\\.down\\.", ".lora_A.")
                .replaceFirst("\\.lora(_linear_layer)?\\.up\\.", ".lora_B.");
        parts.computeIfAbsent(part, p -> new TreeMap<>()).put(parameter, saved.read(name, manager));
      }
      return parts;
    }
  }

  private static Part part(String name) {
    for (Part part : Part.values()) {
      if (name.startsWith(part.folder() + ".")) {
        return part;
      }
    }
    throw new IllegalArgumentException(name);
  }
}
