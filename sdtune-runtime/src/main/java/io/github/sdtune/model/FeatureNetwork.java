package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.Json;
import java.nio.file.Files;
import java.nio.file.Path;

/** A network that says what pictures show, as numbers that are near for pictures that are alike. */
public interface FeatureNetwork extends AutoCloseable {
  /** Side of the squares that it takes, in pixels. */
  int side();

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
   * {@code efficientnet-lite0}.
   *
   * @throws SdtuneException if it is another, or the weights do not fit
   */
  static FeatureNetwork load(Path folder, NDManager manager) {
    Path config = folder.resolve("config.json");
    if (!Files.isRegularFile(config)) {
      throw new SdtuneException(
          config + ": there is no such file, expected the configuration of a feature network");
    }
    String architecture =
        Json.read(config, JsonNode.class).path("architecture").asText("no architecture");
    if (!architecture.equals(EfficientNetLite0.ARCHITECTURE)) {
      throw new SdtuneException(
          "%s: found %s, expected \"architecture\": \"%s\", the one that sdtune knows"
              .formatted(config, architecture, EfficientNetLite0.ARCHITECTURE));
    }
    return EfficientNetLite0.load(folder, manager);
  }
}
