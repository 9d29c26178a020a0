package io.github.sdtune.adapter;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Kinds of adapter that are known by their tensors' names, and not supported. */
final class OtherAdapters {
  private static final Map<Pattern, String> KINDS = new LinkedHashMap<>();

  static {
    kind(
        "\\.lora_mid\\.|\\.hada_t[12]$|\\.lokr_t[12]$",
        "a middle factor (Tucker decomposition of LyCORIS)");
    kind("\\.oft_|\\.boft_", "OFT (orthogonal matrices)");
    kind("\\.lora_embedding_", "adapted embeddings");
    kind("\\.diff(_b)?$|\\.w_norm$|\\.b_norm$", "full differences of weights");
    kind("\\.bias$", "trained biases");
    kind("\\.modules_to_save\\.", "modules that were trained whole");
    kind("^emb_params$|^bundle_emb\\.|^string_to_param", "textual inversion embeddings");
    kind("^(lora_transformer_|lora_te3_|transformer\\.)", "Stable Diffusion 3 or Flux");
    kind("^lora_controlnet|^controlnet", "ControlNet");
  }

  private OtherAdapters() {}

  private static void kind(String pattern, String name) {
    KINDS.put(Pattern.compile(pattern), name);
  }

  /** A sentence for each kind that keys belong to. */
  static List<String> findings(Collection<String> keys) {
    List<String> findings = new ArrayList<>();
    KINDS.forEach(
        (pattern, name) -> {
          List<String> such = keys.stream().filter(pattern.asPredicate()).toList();
          if (!such.isEmpty()) {
            findings.add(
                "%s: found %d such tensors, e.g. %s; expected the factors of LoRA, DoRA, LoHa or LoKr"
                    .formatted(name, such.size(), such.get(0)));
          }
        });
    return findings;
  }
}
