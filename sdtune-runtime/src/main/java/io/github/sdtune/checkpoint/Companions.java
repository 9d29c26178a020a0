package io.github.sdtune.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sdtune.io.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a diffusers folder has beside the three or four parts: tokenizers, perhaps a safety checker
 * and a feature extractor.
 */
final class Companions {
  /** No pickles, no weights of other frameworks. */
  private static final Pattern KEPT = Pattern.compile(".*\\.(json|txt|safetensors)");

  private Companions() {}

  /**
   * Copies the folders that the model's index names, and writes the index without those that are
   * not there. Tokenizers that are nowhere are CLIP's.
   */
  static void write(WholeModel model, Path folder) throws IOException {
    ObjectNode index = model.configs().index().deepCopy();
    Set<String> written =
        Set.copyOf(
            Stream.concat(Arrays.stream(Part.values()).map(Part::folder), Stream.of("scheduler"))
                .toList());
    List<String> names = new ArrayList<>();
    index.fieldNames().forEachRemaining(names::add);
    for (String name : names) {
      JsonNode entry = index.get(name);
      if (!entry.isArray() || !entry.path(0).isTextual() || written.contains(name)) {
        continue;
      }
      if (!copied(model, name, folder)) {
        if (name.startsWith("tokenizer")) {
          Tokenizers.write(model.family(), name, folder.resolve(name));
        } else {
          index.putArray(name).addNull().addNull();
        }
      }
    }
    if (index.path("safety_checker").path(0).isNull()) {
      index.put("requires_safety_checker", false);
    }
    Json.write(folder.resolve("model_index.json"), index);
  }

  /** Whether there was such a folder, with a file that is kept; for a model its weights count. */
  private static boolean copied(WholeModel model, String name, Path folder) throws IOException {
    Path from = model.companions().map(path -> path.resolve(name)).orElse(null);
    if (from == null || !Files.isDirectory(from)) {
      return false;
    }
    List<Path> files;
    try (Stream<Path> list = Files.list(from)) {
      files =
          list.filter(Files::isRegularFile)
              .filter(file -> KEPT.matcher(file.getFileName().toString()).matches())
              .sorted()
              .toList();
    }
    boolean checker = name.equals("safety_checker");
    if (files.isEmpty() || (checker && files.stream().noneMatch(Companions::isWeights))) {
      return false;
    }
    Path to = Files.createDirectories(folder.resolve(name));
    for (Path file : files) {
      Files.copy(file, to.resolve(file.getFileName().toString()));
    }
    return true;
  }

  private static boolean isWeights(Path file) {
    return file.getFileName().toString().endsWith(".safetensors");
  }
}
