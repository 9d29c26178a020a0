package io.github.sdtune.adapter;

import io.github.sdtune.checkpoint.Family;
import io.github.sdtune.checkpoint.Part;
import java.util.Map;

/** Tells an adapter's family when nobody says. */
final class Families {
  private static final Map<Long, Family> TEXT_FEATURES =
      Map.of(768L, Family.SD1, 1024L, Family.SD2, 2048L, Family.SDXL);

  private Families() {}

  /** From what the file says, its second text encoder, or the width of its text states. */
  static Family of(AdapterWeights weights) {
    String version = weights.metadata().getOrDefault("ss_base_model_version", "");
    if (!weights.modules(Part.TEXT_ENCODER_2).isEmpty() || version.startsWith("sdxl")) {
      return Family.SDXL;
    }
    if (version.startsWith("sd_v")) {
      return version.startsWith("sd_v1") ? Family.SD1 : Family.SD2;
    }
    return weights.modules(Part.UNET).entrySet().stream()
        .filter(e -> e.getKey().endsWith(".attn2.to_k") || e.getKey().endsWith(".attn2.to_v"))
        .map(e -> TEXT_FEATURES.get(e.getValue().columns()))
        .filter(family -> family != null)
        .findFirst()
        .orElse(Family.SD1);
  }
}
