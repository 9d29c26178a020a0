package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.checkpoint.PartWeights;
import io.github.sdtune.io.ConfigFile;
import io.github.sdtune.io.Json;
import io.github.sdtune.io.ResamplingFilter;
import io.github.sdtune.tensor.Scope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * CLIP (https://arxiv.org/abs/2103.00020): pictures and texts as vectors of one space, as
 * transformers' {@code CLIPModel}.
 */
public final class CLIPModel extends Model implements FeatureNetwork {
  static final String MODEL_TYPE = "clip";

  /** What a folder must have for texts, beside what it has for pictures. */
  public static final String TOKENIZER = "tokenizer_config.json";

  private static final double[] MEAN = {0.48145466, 0.4578275, 0.40821073};
  private static final double[] DEVIATION = {0.26862954, 0.26130258, 0.27577711};

  private final Path folder;
  private final int side;
  private final CLIPTextModel text;
  private final CLIPVisionTransformer vision;
  private final Linear visualProjection;
  private final NDArray mean;
  private final NDArray deviation;

  private CLIPModel(
      Path folder, CLIPTextConfig textConfig, CLIPVisionConfig visionConfig, Weights weights) {
    super(weights);
    this.folder = folder;
    this.side = visionConfig.imageSize();
    this.text = new CLIPTextModel(textConfig, weights);
    this.vision = new CLIPVisionTransformer(visionConfig, weights.at("vision_model"));
    this.visualProjection =
        new Linear(
            weights.at("visual_projection"),
            visionConfig.hiddenSize(),
            textConfig.projectionDim(),
            false);
    weights.get("logit_scale"); // of the training alone: a cosine has none
    this.mean = channels(folder, "image_mean", MEAN);
    this.deviation = channels(folder, "image_std", DEVIATION);
  }

  /**
   * Reads {@code config.json} and {@code model.safetensors} of a folder, and {@code
   * preprocessor_config.json} where there is one.
   *
   * @throws SdtuneException if it is no CLIP model, or the weights do not fit
   */
  public static CLIPModel load(Path folder, NDManager manager) {
    Path file = folder.resolve("config.json");
    JsonNode json = FeatureNetwork.config(folder);
    if (!json.path("model_type").asText().equals(MODEL_TYPE)) {
      throw new SdtuneException(
          "%s: found model_type %s, expected \"%s\", as transformers' CLIPModel has it"
              .formatted(file, json.path("model_type"), MODEL_TYPE));
    }
    int projection = json.path("projection_dim").asInt(512);
    ConfigFile ofText = new ConfigFile(file, part(file, json, "text_config", projection));
    ConfigFile ofVision = new ConfigFile(file, part(file, json, "vision_config", projection));
    CLIPTextConfig text = CLIPTextConfig.of(ofText);
    CLIPVisionConfig vision = CLIPVisionConfig.of(ofVision);
    // Old files repeat all settings that transformers has: what counts was asked for by name.
    ofText.refuseKnownFindings();
    ofVision.refuseKnownFindings();
    return Weights.load(
        PartWeights.openClip(folder),
        manager,
        Precision.FLOAT32,
        weights -> new CLIPModel(folder, text, vision, weights));
  }

  private static ObjectNode part(Path file, JsonNode json, String name, int projection) {
    if (!json.path(name).isObject()) {
      throw new SdtuneException(file + ": there is no " + name + ", expected a CLIPModel's");
    }
    ObjectNode part = json.path(name).deepCopy();
    return part.put("projection_dim", projection);
  }

  /** (3, 1, 1) */
  private NDArray channels(Path folder, String key, double[] usual) {
    Path file = folder.resolve("preprocessor_config.json");
    JsonNode found = Files.exists(file) ? Json.read(file, JsonNode.class).path(key) : null;
    float[] values = new float[usual.length];
    for (int c = 0; c < values.length; c++) {
      values[c] = (float) (found == null ? usual[c] : found.path(c).asDouble(usual[c]));
    }
    return Scope.keep(manager().create(values, new Shape(3, 1, 1)));
  }

  @Override
  public int side() {
    return side;
  }

  @Override
  public ResamplingFilter resampling() {
    return ResamplingFilter.BICUBIC;
  }

  /** Pictures in the space that they share with texts: (B, projectionDim). */
  @Override
  public NDArray features(NDArray pictures) {
    try (Scope scope = new Scope()) {
      NDArray normalized = pictures.add(1).div(2).sub(mean).div(deviation);
      return scope.result(visualProjection.forward(vision.forward(normalized)));
    }
  }

  /** Texts in the space that they share with pictures: (B, projectionDim). */
  public NDArray texts(List<String> texts) {
    try (Scope scope = new Scope();
        ClipTokenizer tokenizer = ClipTokenizer.load(folder)) {
      NDArray ids = tokenizer.encode(manager(), texts);
      return scope.result(text.project(text.pooled(text.forward(ids), ids)));
    }
  }
}
