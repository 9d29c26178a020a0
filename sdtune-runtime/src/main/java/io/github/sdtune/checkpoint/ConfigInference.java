package io.github.sdtune.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.safetensors.TensorSource;
import java.nio.ByteOrder;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** The configurations of a single file: from its shapes, and what its family has in common. */
final class ConfigInference {
  /** Steps that stable-diffusion-2-base was trained for; the same sign that diffusers goes by. */
  private static final long SD2_BASE_STEPS = 875_000;

  private static final long PUBLISHED_WIDTH = 320;

  private ConfigInference() {}

  /**
   * The configurations.
   *
   * @param predictionType what the user says; otherwise see {@link #predictionType}
   */
  static Configs of(TensorSource file, Family family, Optional<String> predictionType) {
    requirePublishedWidth(file);
    String prediction = predictionType.orElseGet(() -> predictionType(file, family));
    int size =
        switch (family) {
          case SD1 -> 512;
          case SD2 -> prediction.equals("epsilon") ? 512 : 768;
          case SDXL -> 1024;
        };
    Map<Part, ObjectNode> parts = new EnumMap<>(Part.class);
    Shapes vae = shapes(file, family, Part.VAE);
    parts.put(Part.VAE, VaeInference.config(family, vae, size));
    for (Part part : KeyMaps.parts(family)) {
      if (part == Part.TEXT_ENCODER || part == Part.TEXT_ENCODER_2) {
        parts.put(part, ClipInference.config(family, part, shapes(file, family, part)));
      }
    }
    int pooled =
        family == Family.SDXL ? parts.get(Part.TEXT_ENCODER_2).path("projection_dim").asInt() : 0;
    int sample = size >> (VaeShape.of(parts.get(Part.VAE)).levels() - 1);
    Shapes unet = shapes(file, family, Part.UNET);
    parts.put(Part.UNET, UNetInference.config(family, unet, pooled, sample));
    return new Configs(
        Resources.config(family, "model_index"), parts, scheduler(file, family, prediction));
  }

  /** Of another width the heads and the groups of norms would be a guess, and silently wrong. */
  private static void requirePublishedWidth(TensorSource file) {
    long width = file.shape(FamilyOf.CONV_IN).get(0);
    if (width != PUBLISHED_WIDTH) {
      throw new SdtuneException(
          file.path()
              + ": found a UNet of width "
              + width
              + ", but the published models have 320; of others tensors do not tell heads and groups"
              + " of norms: name a folder that has the configurations, with -Dsdtune.config for"
              + " convert, with <baseModelConfig> for a base model");
    }
  }

  /**
   * Tensors do not show what a network was trained to predict. The metadata may say it ({@code
   * modelspec.prediction_type}), or a tensor whose name is {@code v_pred}; otherwise it is epsilon,
   * and for SD2 v, unless its {@code global_step} is that of stable-diffusion-2-base.
   */
  static String predictionType(TensorSource file, Family family) {
    String said = file.metadata().getOrDefault("modelspec.prediction_type", "");
    if (said.equals("v") || said.equals("v_prediction") || file.names().contains("v_pred")) {
      return "v_prediction";
    }
    boolean epsilon = said.equals("epsilon") || family != Family.SD2 || isSd2Base(file);
    return epsilon ? "epsilon" : "v_prediction";
  }

  private static boolean isSd2Base(TensorSource file) {
    String step = "global_step";
    if (!file.names().contains(step) || file.type(step).isFloat() || file.type(step).bytes() < 4) {
      return false;
    }
    var data = file.data(step).order(ByteOrder.LITTLE_ENDIAN);
    return (file.type(step).bytes() == 8 ? data.getLong() : data.getInt()) == SD2_BASE_STEPS;
  }

  private static ObjectNode scheduler(TensorSource file, Family family, String prediction) {
    ObjectNode scheduler = Resources.config(family, "scheduler");
    if (family != Family.SD1 || !prediction.equals("epsilon")) {
      scheduler.put("prediction_type", prediction);
    }
    if (file.names().contains("ztsnr")) {
      scheduler.put("rescale_betas_zero_snr", true);
    }
    return scheduler;
  }

  private static Shapes shapes(TensorSource file, Family family, Part part) {
    return new Shapes(file, KeyMaps.prefix(family, part));
  }
}
