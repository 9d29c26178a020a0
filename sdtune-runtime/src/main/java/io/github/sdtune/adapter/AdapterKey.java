package io.github.sdtune.adapter;

import io.github.sdtune.checkpoint.Part;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A tensor's name in an adapter, taken apart.
 *
 * @param module as diffusers names it today
 * @param factor absent: alpha
 */
record AdapterKey(Style style, Part part, String module, Optional<Factor> factor) {
  private static final Map<String, Part> KOHYA = new LinkedHashMap<>();
  private static final Map<String, Optional<Factor>> ENDINGS = new LinkedHashMap<>();
  private static final String PEFT = "base_model.model.";
  private static final String OLD_DOWN = "_lora.down.weight";
  private static final String OLD_UP = "_lora.up.weight";

  /** What kohya's files call DoRA's magnitudes. */
  static final String DORA_SCALE = ".dora_scale";

  static {
    KOHYA.put("lora_unet_", Part.UNET);
    KOHYA.put("lora_te_", Part.TEXT_ENCODER);
    KOHYA.put("lora_te1_", Part.TEXT_ENCODER);
    KOHYA.put("lora_te2_", Part.TEXT_ENCODER_2);
    KOHYA.put("lycoris_", Part.UNET); // of LyCORIS' own wrapper
    for (String down : new String[] {"_A", "_A.default", ".down", "_linear_layer.down", "_down"}) {
      put(".lora" + down + ".weight", Factor.DOWN);
      String up = down.replace("_A", "_B").replace("down", "up");
      put(".lora" + up + ".weight", Factor.UP);
    }
    put(OLD_DOWN, Factor.DOWN);
    put(OLD_UP, Factor.UP);
    for (String name : new String[] {"", ".default"}) {
      put(".lora_magnitude_vector" + name, Factor.MAGNITUDE);
      put(".lora_magnitude_vector" + name + ".weight", Factor.MAGNITUDE);
    }
    put(DORA_SCALE, Factor.MAGNITUDE);
    EnumSet.range(Factor.HADA_W1_A, Factor.LOKR_W2_B).forEach(f -> put("." + f.key(), f));
    ENDINGS.put(".alpha", Optional.empty());
  }

  private static void put(String ending, Factor factor) {
    ENDINGS.put(ending, Optional.of(factor));
  }

  /** The style that a key is in; empty if it belongs to no adapter that is known here. */
  static Optional<Style> style(String key) {
    if (KOHYA.keySet().stream().anyMatch(key::startsWith)) {
      return Optional.of(Style.KOHYA);
    }
    if (key.startsWith(PEFT)) {
      return Optional.of(Style.PEFT);
    }
    return ENDINGS.keySet().stream().anyMatch(key::endsWith) && dotted(key, Part.UNET) != null
        ? Optional.of(Style.DIFFUSERS)
        : Optional.empty();
  }

  /**
   * Takes a key apart.
   *
   * @param within the part that a peft folder is for
   * @return empty if it makes no sense
   */
  static Optional<AdapterKey> parse(String key, Part within, ModuleNames names) {
    return ENDINGS.entrySet().stream()
        .filter(ending -> key.endsWith(ending.getKey()))
        .findFirst()
        .flatMap(
            ending -> {
              String path = key.substring(0, key.length() - ending.getKey().length());
              boolean old = ending.getKey().startsWith("_");
              return parse(path, old, ending.getValue(), within, names);
            });
  }

  private static Optional<AdapterKey> parse(
      String path, boolean old, Optional<Factor> factor, Part within, ModuleNames names) {
    for (Map.Entry<String, Part> prefix : KOHYA.entrySet()) {
      if (path.startsWith(prefix.getKey())) {
        Part part = prefix.getValue();
        return names
            .unflatten(part, path.substring(prefix.getKey().length()))
            .map(module -> new AdapterKey(Style.KOHYA, part, today(part, module, old), factor));
      }
    }
    Style style = path.startsWith(PEFT) ? Style.PEFT : Style.DIFFUSERS;
    AdapterKey key = dotted(path, within);
    return key == null
        ? Optional.empty()
        : Optional.of(new AdapterKey(style, key.part, today(key.part, key.module, old), factor));
  }

  private static AdapterKey dotted(String path, Part within) {
    if (path.startsWith(PEFT)) {
      return new AdapterKey(Style.PEFT, within, path.substring(PEFT.length()), Optional.empty());
    }
    for (Part part : Part.values()) {
      if (part != Part.VAE && path.startsWith(part.folder() + ".")) {
        String module = path.substring(part.folder().length() + 1);
        return new AdapterKey(Style.DIFFUSERS, part, module, Optional.empty());
      }
    }
    // diffusers' attention processors were once saved without prefix.
    return path.matches("(?s)(down_blocks|up_blocks|mid_block)\\..*")
        ? new AdapterKey(Style.DIFFUSERS, Part.UNET, path, Optional.empty())
        : null;
  }

  /** Undoes what older releases of diffusers and newer ones of transformers name differently. */
  private static String today(Part part, String module, boolean old) {
    String name = module.replace(".processor.", ".");
    if (part == Part.UNET) {
      return old && name.endsWith(".to_out") ? name + ".0" : name;
    }
    if (old) {
      name = name.replaceFirst("\\.to_(q|k|v|out)$", ".$1_proj");
    }
    return name.startsWith("encoder.") || name.startsWith("embeddings.")
        ? "text_model." + name
        : name;
  }
}
