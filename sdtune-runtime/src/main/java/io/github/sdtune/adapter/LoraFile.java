package io.github.sdtune.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.sdtune.tensor.Safetensors;
import io.github.sdtune.tensor.Scope;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * diffusers' {@code pytorch_lora_weights.safetensors}. The file has no place for alpha, so alpha /
 * r is folded into the up weights.
 *
 * <p>diffusers looks at the first key only to tell which spelling a file has, so a file keeps to
 * one: {@code lora.down} and {@code lora.up} where attention projections alone are trained, as its
 * own scripts write, and peft's {@code lora_A} and {@code lora_B} otherwise.
 */
public final class LoraFile {
  private static final String PREFIX = "unet.";

  private LoraFile() {}

  /**
   * Writes an adapter of a UNet.
   *
   * @param parameters as {@link LoraAdapter#parameters()}
   * @param metadata strings to keep in the file's header
   */
  public static void write(
      Path file,
      Map<String, NDArray> parameters,
      LoraSettings settings,
      Map<String, String> metadata) {
    Scope.closing(
        () -> {
          SortedMap<String, NDArray> tensors = new TreeMap<>();
          boolean attentionOnly = parameters.keySet().stream().allMatch(LoraFile::isAttention);
          double scale = settings.alpha() / settings.rank();
          parameters.forEach(
              (name, array) -> {
                boolean up = name.endsWith(".lora_B.weight");
                NDArray folded = up && scale != 1 ? array.mul(scale) : array;
                tensors.put(PREFIX + (attentionOnly ? diffusersName(name) : name), folded);
              });
          SortedMap<String, String> header = new TreeMap<>(metadata);
          header.put("format", "pt");
          Safetensors.write(file, tensors, header);
          return file;
        });
  }

  private static boolean isAttention(String name) {
    String layer = name.replaceFirst("\\.lora_[AB]\\.weight$", "");
    return LoraSettings.ATTENTION.stream().anyMatch(target -> layer.endsWith("." + target));
  }

  private static String diffusersName(String name) {
    return name.replace(".lora_A.", ".lora.down.").replace(".lora_B.", ".lora.up.");
  }

  /** Reads what {@link #write} wrote, by the names of {@link LoraAdapter#parameters()}. */
  public static SortedMap<String, NDArray> read(Path file, NDManager manager) {
    try (Safetensors saved = Safetensors.open(file)) {
      SortedMap<String, NDArray> parameters = new TreeMap<>();
      for (String name : saved.names()) {
        String peft = name.replace(".lora.down.", ".lora_A.").replace(".lora.up.", ".lora_B.");
        parameters.put(peft.substring(PREFIX.length()), saved.read(name, manager));
      }
      return parameters;
    }
  }
}
