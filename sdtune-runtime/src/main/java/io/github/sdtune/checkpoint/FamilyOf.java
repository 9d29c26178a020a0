package io.github.sdtune.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.Json;
import io.github.sdtune.safetensors.TensorSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Recognises the family of a model, and what is none of the three. */
public final class FamilyOf {
  private static final String CONV_IN = "model.diffusion_model.input_blocks.0.0.weight";

  /** What some name of a single file tells, in the order of asking. */
  private static final Map<Predicate<String>, String> FOREIGN = new LinkedHashMap<>();

  static {
    FOREIGN.put(
        name -> name.contains("lora_") || name.contains(".lora.") || name.contains(".lora_linear_"),
        Refusals.ADAPTER);
    FOREIGN.put(name -> name.equals("emb_params"), Refusals.EMBEDDING);
    FOREIGN.put(name -> name.contains("joint_blocks."), Refusals.SD3);
    FOREIGN.put(name -> name.contains("double_blocks."), Refusals.FLUX);
    FOREIGN.put(name -> name.contains(".time_stack."), Refusals.VIDEO);
    FOREIGN.put(name -> name.startsWith("control_model."), Refusals.CONTROL);
    FOREIGN.put(name -> name.startsWith("controlnet_cond_embedding."), Refusals.CONTROL);
    FOREIGN.put(name -> name.startsWith("conditioner.embedders.0.model."), Refusals.REFINER);
    FOREIGN.put(name -> name.equals("edm_mean"), Refusals.EDM);
  }

  /** What is told by names when nothing of a whole model is there. */
  private static final Map<Predicate<String>, String> ALONE = new LinkedHashMap<>();

  static {
    ALONE.put(name -> name.startsWith("model.diffusion_model."), Refusals.UNET);
    ALONE.put(name -> name.startsWith("input_blocks."), Refusals.UNET);
    ALONE.put(name -> name.startsWith("down_blocks."), Refusals.UNET);
    ALONE.put(name -> name.startsWith("first_stage_model."), Refusals.VAE);
    ALONE.put(name -> name.startsWith("decoder."), Refusals.VAE);
    ALONE.put(name -> name.contains("text_model."), Refusals.TEXT_ENCODER);
  }

  /** Pipelines of diffusers that are something else. */
  private static final Map<String, String> PIPELINES = new LinkedHashMap<>();

  static {
    PIPELINES.put("Inpaint", Refusals.INPAINTING);
    PIPELINES.put("InstructPix2Pix", Refusals.INSTRUCT);
    PIPELINES.put("StableDiffusion3", Refusals.SD3);
    PIPELINES.put("Flux", Refusals.FLUX);
    PIPELINES.put("StableVideo", Refusals.VIDEO);
    PIPELINES.put("Upscale", Refusals.UPSCALER);
    PIPELINES.put("ControlNet", Refusals.CONTROL);
  }

  private FamilyOf() {}

  /**
   * The family of a single file, from its names and the UNet's first shape.
   *
   * @throws SdtuneException with one sentence, if it is no whole model of the three families
   */
  public static Family singleFile(TensorSource file) {
    Set<String> names = file.names();
    told(names, FOREIGN).ifPresent(why -> refuse(file.path(), why));
    if (names.contains(CONV_IN)) {
      List<Long> shape = file.shape(CONV_IN);
      if (shape.size() < 2) {
        refuse(file.path(), CONV_IN + " is " + shape + ", expected the weight of a convolution");
      }
      String why = Refusals.ofInputChannels(shape.get(1));
      if (why != null) {
        refuse(file.path(), why);
      }
      for (Family family : Family.values()) {
        Part last = family == Family.SDXL ? Part.TEXT_ENCODER_2 : Part.TEXT_ENCODER;
        String prefix = KeyMaps.prefix(family, last);
        if (names.stream().anyMatch(name -> name.startsWith(prefix))) {
          return family;
        }
      }
    }
    String why = told(names, ALONE).orElse("is not recognised: " + Refusals.TRAINABLE);
    throw new SdtuneException(file.path() + ": " + why);
  }

  /**
   * The family of a diffusers folder, from {@code model_index.json} and the parts' configurations.
   *
   * @throws SdtuneException with one sentence, if it is none of the three families
   */
  public static Family folder(Path folder) {
    Path file = folder.resolve("model_index.json");
    JsonNode index = Json.read(file, JsonNode.class);
    String pipeline = index.path("_class_name").asText();
    boolean xl = pipeline.startsWith("StableDiffusionXL");
    PIPELINES.forEach(
        (name, why) -> {
          if (pipeline.contains(name)) {
            refuse(file, why);
          }
        });
    if (xl && !isThere(folder, index, Part.TEXT_ENCODER)) {
      refuse(file, Refusals.REFINER);
    }
    if (!pipeline.startsWith("StableDiffusion")) {
      refuse(file, "found _class_name " + pipeline + "; " + Refusals.TRAINABLE);
    }
    Path unet = folder.resolve("unet").resolve("config.json");
    String why =
        Refusals.ofInputChannels(Json.read(unet, JsonNode.class).path("in_channels").asLong(4));
    if (why != null) {
      refuse(unet, why);
    }
    if (xl) {
      return Family.SDXL;
    }
    JsonNode text =
        Json.read(folder.resolve("text_encoder").resolve("config.json"), JsonNode.class);
    // OpenAI trained its CLIP with an approximation of GELU, OpenCLIP with GELU itself.
    return text.path("hidden_act").asText("quick_gelu").equals("gelu") ? Family.SD2 : Family.SD1;
  }

  private static boolean isThere(Path folder, JsonNode index, Part part) {
    return index.path(part.folder()).path(0).isTextual()
        && Files.isDirectory(folder.resolve(part.folder()));
  }

  private static Optional<String> told(Set<String> names, Map<Predicate<String>, String> signs) {
    return signs.entrySet().stream()
        .filter(sign -> names.stream().anyMatch(sign.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  private static void refuse(Path place, String why) {
    throw new SdtuneException(place + ": " + why);
  }
}
