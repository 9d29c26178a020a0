package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.Json;
import io.github.sdtune.io.ResamplingFilter;
import java.nio.file.Files;
import java.nio.file.Path;

/** A network that says what pictures show, as numbers that are near for pictures that are alike. */
public interface FeatureNetwork extends AutoCloseable {
  /** Side of the squares that it takes, in pixels. */
  int side();

  /** How pictures are brought to that size. */
  default ResamplingFilter resampling() {
    return ResamplingFilter.LANCZOS;
  }

  /**
   * Features of pictures.
   *
   * @param pictures (B, 3, side, side), red, green, blue, from -1 to 1
   * @return (B, D)
   */
  NDArray features(NDArray pictures);

  @Override
  void close();

  /**
   * Loads the network of a folder, which {@code config.json} names: its {@code architecture} is
   * {@code efficientnet-lite0}, or its {@code model_type} is {@code clip}.
   *
   * @throws SdtuneException if it is another, or the weights do not fit
   */
  static FeatureNetwork load(Path folder, NDManager manager) {
    JsonNode config = config(folder);
    if (config.path("model_type").asText().equals(CLIPModel.MODEL_TYPE)) {
      return CLIPModel.load(folder, manager);
    }
    String architecture = config.path("architecture").asText("no architecture");
    if (!architecture.equals(EfficientNetLite0.ARCHITECTURE)) {
      throw new SdtuneException(
          "%s: found %s, expected \"architecture\": \"%s\" or \"model_type\": \"%s\", those that sdtune knows"
              .formatted(
                  folder.resolve("config.json"),
                  architecture,
                  EfficientNetLite0.ARCHITECTURE,
                  CLIPModel.MODEL_TYPE));
    }
    return EfficientNetLite0.load(folder, manager);
  }

  /** The configuration of a folder's network. */
  static JsonNode config(Path folder) {
    Path file = folder.resolve("config.json");
    if (!Files.isRegularFile(file)) {
      throw new SdtuneException(
          file + ": there is no such file, expected the configuration of a feature network");
    }
    return Json.read(file, JsonNode.class);
  }
}
