package io.github.sdtune.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.FileName;
import io.github.sdtune.io.Json;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The configurations of a whole model, as a diffusers folder has them.
 *
 * @param index {@code model_index.json}
 * @param parts the parts' {@code config.json}
 * @param scheduler {@code scheduler/scheduler_config.json}
 */
record Configs(ObjectNode index, Map<Part, ObjectNode> parts, ObjectNode scheduler) {
  /** What the network is trained to predict: {@code epsilon} or {@code v_prediction}. */
  String predictionType() {
    return scheduler.path("prediction_type").asText("epsilon");
  }

  /** Pixels in a row of a picture of the size that the model was trained at. */
  int resolution() {
    int downsampling = 1 << (VaeShape.of(parts.get(Part.VAE)).levels() - 1);
    return parts.get(Part.UNET).path("sample_size").asInt(64) * downsampling;
  }

  Map<Part, KeyMap> keyMaps(Family family) {
    return KeyMaps.of(family, parts::get);
  }

  static Configs read(Path folder, Family family) {
    Map<Part, ObjectNode> parts = new EnumMap<>(Part.class);
    for (Part part : KeyMaps.parts(family)) {
      parts.put(part, object(folder.resolve(part.folder()).resolve("config.json")));
    }
    SdtuneException.refuse(folder + ": cannot tell the shapes of its tensors", missing(parts));
    return new Configs(
        index(folder.resolve("model_index.json")),
        parts,
        object(folder.resolve("scheduler").resolve("scheduler_config.json")));
  }

  /** Lists without which there are no shapes; published models of all families have them. */
  private static List<String> missing(Map<Part, ObjectNode> parts) {
    return Stream.of(
            Map.entry(Part.UNET, "block_out_channels"),
            Map.entry(Part.UNET, "down_block_types"),
            Map.entry(Part.VAE, "block_out_channels"))
        .filter(list -> parts.get(list.getKey()).path(list.getValue()).isEmpty())
        .map(
            list ->
                "found no "
                    + list.getValue()
                    + " in "
                    + list.getKey().folder()
                    + "/config.json, expected a list with an element for each level")
        .toList();
  }

  /** Its keys are names of folders, which will be written: an index may not lead elsewhere. */
  private static ObjectNode index(Path file) {
    ObjectNode index = object(file);
    for (Map.Entry<String, JsonNode> entry : index.properties()) {
      if (entry.getValue().isArray() && !FileName.isPlain(entry.getKey())) {
        throw new SdtuneException(
            file
                + ": found the part "
                + entry.getKey()
                + ", expected the name of a folder beside this file");
      }
    }
    return index;
  }

  private static ObjectNode object(Path file) {
    return Json.read(file, ObjectNode.class);
  }
}
