package io.github.sdtune.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Values of a config.json; room {@code model} checks the file as a whole when it is used. */
final class ConfigValues {
  private ConfigValues() {}

  static List<Integer> integers(JsonNode config, String key) {
    List<Integer> integers = new ArrayList<>();
    config.path(key).forEach(node -> integers.add(node.asInt()));
    return List.copyOf(integers);
  }
}
