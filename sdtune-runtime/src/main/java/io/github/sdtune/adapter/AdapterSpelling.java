package io.github.sdtune.adapter;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.checkpoint.Family;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.safetensors.SafetensorsWriter;
import io.github.sdtune.safetensors.TensorType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The tensors of a file, under the names of a {@link Style}. Those of LoHa and LoKr have names in
 * kohya's alone, as LyCORIS gives them.
 */
final class AdapterSpelling {
  private static final List<String> TEXT_ATTENTION =
      List.of("q_proj", "k_proj", "v_proj", "out_proj");

  private AdapterSpelling() {}

  /**
   * diffusers looks at a UNet's first key only to tell how a file is spelled, so there is one
   * spelling in a file: its own scripts' where attention projections alone are adapted, and peft's
   * otherwise. A text encoder without those it does not understand in peft's spelling.
   */
  static List<SafetensorsWriter.Tensor> diffusers(AdapterWeights weights) {
    boolean attentionOnly =
        weights.parts().entrySet().stream()
            .allMatch(
                e -> e.getValue().keySet().stream().allMatch(n -> isAttention(e.getKey(), n)));
    SortedMap<String, AdapterTensor> tensors = new TreeMap<>();
    weights
        .parts()
        .forEach(
            (part, modules) -> {
              boolean text = part != Part.UNET;
              boolean own =
                  attentionOnly
                      || (text && modules.keySet().stream().noneMatch(n -> isAttention(part, n)));
              String down = own ? text ? ".lora_linear_layer.down" : ".lora.down" : ".lora_A";
              String up = own ? text ? ".lora_linear_layer.up" : ".lora.up" : ".lora_B";
              modules.forEach(
                  (name, module) -> put(tensors, part.folder() + "." + name, module, down, up));
            });
    return inOrder(tensors);
  }

  private static boolean isAttention(Part part, String name) {
    Collection<String> attention = part == Part.UNET ? AdapterSettings.ATTENTION : TEXT_ATTENTION;
    return attention.stream().anyMatch(target -> name.endsWith("." + target));
  }

  static List<SafetensorsWriter.Tensor> peft(SortedMap<String, AdapterModule> modules) {
    SortedMap<String, AdapterTensor> tensors = new TreeMap<>();
    modules.forEach(
        (name, module) -> put(tensors, "base_model.model." + name, module, ".lora_A", ".lora_B"));
    return inOrder(tensors);
  }

  private static void put(
      SortedMap<String, AdapterTensor> tensors,
      String path,
      AdapterModule module,
      String down,
      String up) {
    module
        .tensors()
        .forEach(
            (factor, tensor) -> {
              switch (factor) {
                case DOWN -> tensors.put(path + down + ".weight", tensor);
                case UP -> tensors.put(path + up + ".weight", tensor);
                case MAGNITUDE -> tensors.put(path + "." + factor.key(), tensor);
                default -> throw new IllegalArgumentException(path + ": " + factor);
              }
            });
  }

  /**
   * As kohya's scripts: with an alpha for each module, and for Stable Diffusion XL the UNet's names
   * of sgm.
   */
  static List<SafetensorsWriter.Tensor> kohya(
      AdapterWeights weights, Family family, ModuleNames names) {
    SortedMap<String, AdapterTensor> tensors = new TreeMap<>();
    List<String> nameless = new ArrayList<>();
    weights
        .parts()
        .forEach(
            (part, modules) ->
                modules.forEach(
                    (name, module) -> {
                      String flat =
                          part == Part.UNET && family == Family.SDXL
                              ? names.sgm().ofDiffusers(name).orElse(null)
                              : KohyaNames.flatten(name);
                      if (flat == null) {
                        nameless.add(name);
                        return;
                      }
                      String path = prefix(part, family) + flat;
                      module
                          .tensors()
                          .forEach(
                              (factor, tensor) ->
                                  tensors.put(
                                      path + kohya(factor),
                                      factor == Factor.MAGNITUDE ? outputsFirst(tensor) : tensor));
                      tensors.put(path + ".alpha", alpha(module));
                    }));
    if (!nameless.isEmpty()) {
      throw new SdtuneException(
          weights.place()
              + ": there is no name in kohya's style of Stable Diffusion XL for "
              + nameless);
    }
    return inOrder(tensors);
  }

  private static String kohya(Factor factor) {
    return switch (factor) {
      case DOWN -> ".lora_down.weight";
      case UP -> ".lora_up.weight";
      case MAGNITUDE -> AdapterKey.DORA_SCALE;
      default -> "." + factor.key();
    };
  }

  /** (out) -> (out, 1), and (1, out, 1, 1) -> (out, 1, 1, 1) */
  private static AdapterTensor outputsFirst(AdapterTensor magnitude) {
    List<Long> shape = new ArrayList<>(List.of(magnitude.size(), 1L));
    if (magnitude.shape().size() == 4) {
      shape.addAll(List.of(1L, 1L));
    }
    return magnitude.reshaped(shape);
  }

  private static String prefix(Part part, Family family) {
    return switch (part) {
      case UNET -> "lora_unet_";
      case TEXT_ENCODER -> family == Family.SDXL ? "lora_te1_" : "lora_te_";
      case TEXT_ENCODER_2 -> "lora_te2_";
      case VAE -> throw new IllegalArgumentException("a VAE has no adapter");
    };
  }

  /** In the type of the weights, as kohya's scripts have it, unless that cannot hold it. */
  private static AdapterTensor alpha(AdapterModule module) {
    float[] value = {(float) module.alpha()};
    TensorType type = module.tensors().values().iterator().next().type();
    AdapterTensor alpha = AdapterTensor.of(value, type, List.of());
    return alpha.floats()[0] == value[0]
        ? alpha
        : AdapterTensor.of(value, TensorType.F32, List.of());
  }

  /** As the safetensors library writes them: wide types first, so that all are aligned. */
  private static List<SafetensorsWriter.Tensor> inOrder(SortedMap<String, AdapterTensor> tensors) {
    return tensors.entrySet().stream()
        .map(e -> e.getValue().named(e.getKey()))
        .sorted(
            Comparator.comparing((SafetensorsWriter.Tensor t) -> -t.type().bytes())
                .thenComparing(SafetensorsWriter.Tensor::name))
        .toList();
  }
}
