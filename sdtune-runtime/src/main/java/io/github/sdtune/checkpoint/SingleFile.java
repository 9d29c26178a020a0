package io.github.sdtune.checkpoint;

import io.github.sdtune.safetensors.SafetensorsFile;
import io.github.sdtune.safetensors.SafetensorsWriter;
import io.github.sdtune.safetensors.SafetensorsWriter.Tensor;
import io.github.sdtune.safetensors.TensorSource;
import io.github.sdtune.safetensors.TensorType;
import io.github.sdtune.safetensors.TensorView;
import io.github.sdtune.safetensors.TensorViews;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** A whole model in one file with the original (ldm) names. */
final class SingleFile {
  /** What training left beside the parts: averages of weights, constants of the schedule. */
  private static final Predicate<String> OUTSIDE =
      Pattern.compile(
              "model_ema\\..*|.*alphas_cumprod.*|betas|posterior_.*|sigmas|denoiser\\..*"
                  + "|global_step|lvlb_weights|logvar|scale_factor|v_pred|ztsnr"
                  + "|cond_stage_model\\.(logit_scale|text_projection)"
                  + "|conditioner\\.embedders\\.0\\.(logit_scale|text_projection)")
          .asMatchPredicate();

  /** The loss of the autoencoder; positions; what no picture is computed with. */
  private static final Map<Part, Predicate<String>> WITHOUT =
      Map.of(
          Part.UNET,
          name -> false,
          Part.VAE,
          name -> name.startsWith("loss.") || name.startsWith("model_ema."),
          Part.TEXT_ENCODER,
          SingleFile::isWithoutUse,
          Part.TEXT_ENCODER_2,
          SingleFile::isWithoutUse);

  private SingleFile() {}

  /**
   * Opens and checks a file.
   *
   * @param config a folder of configurations; empty infers them
   */
  static WholeModel open(Path path, Optional<Path> config, Optional<String> predictionType) {
    SafetensorsFile file = SafetensorsFile.open(path);
    try {
      Family family = FamilyOf.singleFile(file);
      TensorSource named = named(file, family);
      Configs configs =
          config
              .map(folder -> Configs.read(folder, family))
              .orElseGet(() -> ConfigInference.of(named, family, predictionType));
      predictionType.ifPresent(asked -> configs.scheduler().put("prediction_type", asked));
      TensorFindings findings = new TensorFindings();
      Map<Part, TensorSource> weights = new EnumMap<>(Part.class);
      Map<Part, KeyMap> maps = configs.keyMaps(family);
      maps.forEach(
          (part, keys) -> {
            Predicate<String> without = without(family, part, configs);
            Map<String, TensorView> views = keys.toDiffusers(named, without, findings);
            weights.put(part, new TensorViews(named, views));
          });
      for (String name : named.names()) {
        boolean ours = maps.values().stream().anyMatch(map -> name.startsWith(map.prefix()));
        if (!ours && !OUTSIDE.test(name)) {
          findings.leftOver(name);
        }
      }
      findings.refuse(path + ": the tensors are not those of a model of the family " + family);
      return new WholeModel(path, family, configs, weights, config);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** Writes a model's parts under their original names. */
  static void write(WholeModel model, Path file, Map<String, String> metadata, Progress progress) {
    Map<String, TensorView> views = new LinkedHashMap<>();
    model
        .configs()
        .keyMaps(model.family())
        .forEach((part, keys) -> views.putAll(keys.toOriginal(model.weights().get(part))));
    List<Tensor> tensors = new ArrayList<>();
    views.forEach(
        (name, view) -> tensors.add(new Tensor(name, view.type(), view.shape(), view::data)));
    tensors.addAll(marks(model));
    SafetensorsWriter.write(file, new ProgressCount(progress, tensors).watch(tensors), metadata);
  }

  /** Empty tensors whose names tell ComfyUI and A1111 what an XL network predicts. */
  private static List<Tensor> marks(WholeModel model) {
    boolean velocity = model.configs().predictionType().equals("v_prediction");
    List<Tensor> marks = new ArrayList<>();
    if (model.family() == Family.SDXL && velocity) {
      marks.add(mark("v_pred"));
      if (model.configs().scheduler().path("rescale_betas_zero_snr").asBoolean()) {
        marks.add(mark("ztsnr"));
      }
    }
    return marks;
  }

  private static Tensor mark(String name) {
    return new Tensor(name, TensorType.F32, List.of(0L), () -> ByteBuffer.allocate(0));
  }

  /** Some files of SD1 lack a prefix of the text encoder. */
  private static TensorSource named(TensorSource file, Family family) {
    if (family != Family.SD1) {
      return file;
    }
    String prefix = KeyMaps.prefix(family, Part.TEXT_ENCODER);
    Pattern bare =
        Pattern.compile(Pattern.quote(prefix) + "(embeddings|encoder|final_layer_norm)\\..*");
    return TensorViews.renamed(
        file,
        name ->
            bare.matcher(name).matches()
                ? prefix + "text_model." + name.substring(prefix.length())
                : name);
  }

  /** Also the layers of OpenCLIP that come after those in use. */
  private static Predicate<String> without(Family family, Part part, Configs configs) {
    if (!KeyMaps.isOpenClip(family, part)) {
      return WITHOUT.get(part);
    }
    String next = "transformer.resblocks." + ClipShape.of(configs.parts().get(part)).layers() + ".";
    boolean projected = part == Part.TEXT_ENCODER_2;
    return name ->
        WITHOUT.get(part).test(name)
            || name.startsWith(next)
            || (!projected && name.equals("text_projection"));
  }

  private static boolean isWithoutUse(String name) {
    return name.equals("logit_scale")
        || name.equals("attn_mask")
        || name.endsWith("text_model.embeddings.position_ids")
        || name.equals("text_projection.weight");
  }
}
