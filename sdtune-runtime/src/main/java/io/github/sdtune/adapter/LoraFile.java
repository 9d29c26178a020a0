package io.github.sdtune.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.safetensors.TensorType;
import io.github.sdtune.tensor.Safetensors;
import io.github.sdtune.tensor.Scope;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
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
  private static final String PREFIX = "unet.";
  private static final String DOWN = ".lora_A.weight";
  private static final String UP = ".lora_B.weight";

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
          SortedMap<String, LoraModule> modules = new TreeMap<>();
          double scale = settings.alpha() / settings.rank();
          parameters.forEach(
              (name, down) -> {
                if (name.endsWith(DOWN)) {
                  String module = name.substring(0, name.length() - DOWN.length());
                  NDArray up = parameters.get(module + UP);
                  NDArray folded = scale == 1 ? up : up.mul(scale);
                  modules.put(
                      module, new LoraModule(stored(down), stored(folded), settings.rank()));
                }
              });
          SortedMap<Part, SortedMap<String, LoraModule>> parts = new TreeMap<>();
          parts.put(Part.UNET, modules);
          LoraWeights weights = new LoraWeights(file.toString(), parts, metadata);
          return AdapterWriter.write(file, weights, AdapterOutput.of(Style.DIFFUSERS));
        });
  }

  private static LoraTensor stored(NDArray array) {
    List<Long> shape = Arrays.stream(array.getShape().getShape()).boxed().toList();
    return new LoraTensor(TensorType.F32, shape, array::toByteBuffer);
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
