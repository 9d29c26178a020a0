package io.github.sdtune.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.sdtune.io.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/** Published models' configurations, and their tensors' names and shapes; no numbers. */
public final class Published {
  private static final Path FOLDER = Path.of("src/test/resources/published").toAbsolutePath();

  private Published() {}

  static JsonNode config(String model, String part) {
    return Json.read(FOLDER.resolve(model).resolve(part + ".json"), JsonNode.class);
  }

  /** The names in diffusers, each after its part and a blank. */
  static Map<String, List<Long>> diffusers(String model) {
    return read(FOLDER.resolve(model).resolve("diffusers.txt.gz"));
  }

  /** What headers of the published files tell. */
  public static ModelShapes shapes(String model) {
    Map<Part, SortedMap<String, List<Long>>> parts = new EnumMap<>(Part.class);
    diffusers(model)
        .forEach(
            (name, shape) -> {
              String[] words = name.split(" ", -1);
              Part part = Part.valueOf(words[0].toUpperCase(Locale.ROOT));
              parts.computeIfAbsent(part, p -> new TreeMap<>()).put(words[1], shape);
            });
    return new ModelShapes(parts);
  }

  /** The names in the single file that diffusers' own script writes. */
  static Map<String, List<Long>> original(String model) {
    return read(FOLDER.resolve(model).resolve("original.txt.gz"));
  }

  private static Map<String, List<Long>> read(Path file) {
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        int blank = line.lastIndexOf(' ');
        String[] shape = line.substring(blank + 1).split(",");
        shapes.put(
            line.substring(0, blank),
            Arrays.stream(shape).filter(s -> !s.isEmpty()).map(Long::valueOf).toList());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return shapes;
  }
}
