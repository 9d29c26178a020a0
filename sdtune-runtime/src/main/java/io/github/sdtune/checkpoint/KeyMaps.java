package io.github.sdtune.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The key maps of a family's parts. */
final class KeyMaps {
  private KeyMaps() {}

  /** The parts of a family that have weights. */
  static List<Part> parts(Family family) {
    return family == Family.SDXL
        ? List.of(Part.UNET, Part.VAE, Part.TEXT_ENCODER, Part.TEXT_ENCODER_2)
        : List.of(Part.UNET, Part.VAE, Part.TEXT_ENCODER);
  }

  /**
   * The key map of each part.
   *
   * @param configs the part's {@code config.json}
   */
  static Map<Part, KeyMap> of(Family family, Function<Part, JsonNode> configs) {
    Map<Part, KeyMap> maps = new EnumMap<>(Part.class);
    for (Part part : parts(family)) {
      JsonNode config = configs.apply(part);
      List<TensorKey> keys =
          switch (part) {
            case UNET -> UNetKeys.of(UNetShape.of(config));
            case VAE -> VaeKeys.of(VaeShape.of(config));
            default ->
                isOpenClip(family, part)
                    ? OpenClipKeys.of(ClipShape.of(config))
                    : ClipKeys.of(ClipShape.of(config));
          };
      maps.put(part, new KeyMap(keys, prefix(family, part)));
    }
    return maps;
  }

  /** Whether a text encoder is OpenCLIP's. */
  static boolean isOpenClip(Family family, Part part) {
    return part == Part.TEXT_ENCODER_2 || (part == Part.TEXT_ENCODER && family == Family.SD2);
  }

  /** What a part's names begin with in a single file. */
  static String prefix(Family family, Part part) {
    return switch (part) {
      case UNET -> "model.diffusion_model.";
      case VAE -> "first_stage_model.";
      case TEXT_ENCODER ->
          switch (family) {
            case SD1 -> "cond_stage_model.transformer.";
            case SD2 -> "cond_stage_model.model.";
            case SDXL -> "conditioner.embedders.0.transformer.";
          };
      case TEXT_ENCODER_2 -> "conditioner.embedders.1.model.";
    };
  }
}
