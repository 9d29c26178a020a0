package io.github.sdtune.checkpoint;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;

/**
 * Metadata of a single file: {@code format}, which loaders ask for, and what it is by the standard
 * https://github.com/Stability-AI/ModelSpec.
 */
final class ModelSpec {
  private ModelSpec() {}

  static Map<String, String> of(WholeModel model, ConvertSettings settings) {
    boolean velocity = model.configs().predictionType().equals("v_prediction");
    int resolution = model.configs().resolution();
    Map<String, String> metadata = new TreeMap<>();
    metadata.put("format", "pt");
    metadata.put("modelspec.sai_model_spec", "1.0.0");
    metadata.put("modelspec.architecture", architecture(model.family(), velocity));
    metadata.put("modelspec.implementation", "https://github.com/Stability-AI/generative-models");
    metadata.put("modelspec.title", settings.title().orElseGet(() -> title(model)));
    metadata.put("modelspec.resolution", resolution + "x" + resolution);
    metadata.put("modelspec.prediction_type", velocity ? "v" : "epsilon");
    settings
        .date()
        .ifPresent(
            date ->
                metadata.put(
                    "modelspec.date",
                    DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(
                        date.truncatedTo(ChronoUnit.SECONDS).atOffset(ZoneOffset.UTC))));
    return metadata;
  }

  private static String architecture(Family family, boolean velocity) {
    return switch (family) {
      case SD1 -> "stable-diffusion-v1";
      case SD2 -> velocity ? "stable-diffusion-v2-768-v" : "stable-diffusion-v2-512";
      case SDXL -> "stable-diffusion-xl-v1-base";
    };
  }

  private static String title(WholeModel model) {
    String name = model.path().toAbsolutePath().normalize().getFileName().toString();
    return name.endsWith(".safetensors")
        ? name.substring(0, name.length() - ".safetensors".length())
        : name;
  }
}
