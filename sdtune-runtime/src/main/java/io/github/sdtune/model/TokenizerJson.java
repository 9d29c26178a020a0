package io.github.sdtune.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** Puts a {@code tokenizer.json} together from the files of published SD1.x folders. */
final class TokenizerJson {
  private static final String START = "<|startoftext|>";
  private static final String END = "<|endoftext|>";

  private TokenizerJson() {}

  static JsonNode assemble(Path folder) {
    JsonNode vocabulary = Json.read(folder.resolve("vocab.json"), JsonNode.class);
    int start = id(folder, vocabulary, START);
    int end = id(folder, vocabulary, END);
    String text =
        template()
            .replace("\"$START\"", String.valueOf(start))
            .replace("\"$END\"", String.valueOf(end));
    JsonNode json = Json.parse(text, JsonNode.class, "clip-tokenizer.json");
    ObjectNode model = (ObjectNode) json.get("model");
    model.set("vocab", vocabulary);
    model.set("merges", merges(folder.resolve("merges.txt")));
    return json;
  }

  /** Pairs, one a line, after a line with the version. */
  private static ArrayNode merges(Path file) {
    ArrayNode merges = Json.mapper().createArrayNode();
    List<String> lines = lines(file);
    for (int i = lines.get(0).startsWith("#version") ? 1 : 0; i < lines.size(); i++) {
      if (lines.get(i).isEmpty()) {
        continue;
      }
      String[] pair = lines.get(i).split(" ", -1);
      if (pair.length != 2) {
        throw new SdtuneException(
            file + ":" + (i + 1) + ": found '" + lines.get(i) + "', expected two pieces");
      }
      merges.addArray().add(pair[0]).add(pair[1]);
    }
    return merges;
  }

  /**
   * Lines by line feed alone: some pieces hold characters that Java takes for the end of a line.
   */
  private static List<String> lines(Path file) {
    try {
      return List.of(Files.readString(file).replace("\r\n", "\n").split("\n", -1));
    } catch (IOException e) {
      throw new SdtuneException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static int id(Path folder, JsonNode vocabulary, String token) {
    JsonNode id = vocabulary.path(token);
    if (!id.isInt()) {
      throw new SdtuneException(folder.resolve("vocab.json") + ": there is no token " + token);
    }
    return id.intValue();
  }

  private static String template() {
    try (InputStream in = TokenizerJson.class.getResourceAsStream("clip-tokenizer.json")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
