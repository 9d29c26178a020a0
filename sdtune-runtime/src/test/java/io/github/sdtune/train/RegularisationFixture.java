package io.github.sdtune.train;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.sdtune.io.Json;
import io.github.sdtune.tensor.Safetensors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/** What {@code regularisation.py} wrote of diffusers, kohya's sd-scripts and OneTrainer. */
final class RegularisationFixture {
  static final Path FOLDER = Path.of("src/test/resources/fixtures/regularisation");
  static final JsonNode FACTS = Json.read(FOLDER.resolve("golden.json"), JsonNode.class);

  private RegularisationFixture() {}

  static Safetensors tensors() {
    return Safetensors.open(FOLDER.resolve("golden.safetensors"));
  }

  static double[] numbers(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .mapToDouble(JsonNode::asDouble)
        .toArray();
  }

  static List<JsonNode> list(JsonNode array) {
    List<JsonNode> list = new ArrayList<>();
    array.forEach(list::add);
    return list;
  }
}
