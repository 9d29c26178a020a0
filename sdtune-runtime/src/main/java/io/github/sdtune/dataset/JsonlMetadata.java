package io.github.sdtune.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.sdtune.io.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** {@code metadata.jsonl}: a JSON object on each line. */
final class JsonlMetadata {
  static final String NAME = "metadata.jsonl";

  private final Columns columns;
  private final Findings findings;

  JsonlMetadata(Columns columns, Findings findings) {
    this.columns = columns;
    this.findings = findings;
  }

  List<Row> read(Path file, String name) throws IOException {
    List<Row> rows = new ArrayList<>();
    try (TextLines lines = new TextLines(file, name, findings)) {
      for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
        if (!line.get().isBlank()) {
          parse(line.get(), name, lines.number())
              .flatMap(values -> columns.row(name, lines.number(), values))
              .ifPresent(rows::add);
        }
      }
    }
    return rows;
  }

  /** The columns that an object has. */
  Optional<Map<String, String>> parse(String line, String name, int number) {
    JsonNode object;
    try {
      object = Json.mapper().readTree(line);
    } catch (JsonProcessingException e) {
      String column = e.getLocation() == null ? "" : " at column " + e.getLocation().getColumnNr();
      String cause = e.getOriginalMessage().lines().findFirst().orElse("");
      findings.error(
          name,
          number,
          "found malformed JSON" + column + ": " + cause,
          "write one JSON object a line, each key once");
      return Optional.empty();
    }
    if (!object.isObject()) {
      findings.error(
          name,
          number,
          "found " + kind(object) + ", expected an object",
          "write {\"file_name\": ...}");
      return Optional.empty();
    }
    Map<String, String> values = new HashMap<>();
    boolean good = true;
    for (String column : columns.names()) {
      JsonNode value = object.path(column);
      boolean isNumberedClass = column.equals(columns.imageClass()) && value.isIntegralNumber();
      if (value.isTextual() || isNumberedClass) {
        values.put(column, value.asText());
      } else if (isListOfCaptions(column, value)) {
        List<String> captions = new ArrayList<>();
        value.forEach(caption -> captions.add(caption.asText().replace('\n', ' ')));
        values.put(column, String.join("\n", captions));
      } else if (!value.isMissingNode() && !value.isNull()) {
        good = false;
        findings.error(
            name,
            number,
            "found " + kind(value) + " in " + Text.quote(column) + ", expected a string",
            "put it in quotation marks");
      }
    }
    return good ? Optional.of(values) : Optional.empty();
  }

  private boolean isListOfCaptions(String column, JsonNode value) {
    if (!columns.severalCaptions() || !column.equals(columns.caption()) || !value.isArray()) {
      return false;
    }
    boolean texts = true;
    for (JsonNode caption : value) {
      texts &= caption.isTextual();
    }
    return texts;
  }

  private static String kind(JsonNode node) {
    return "a JSON " + node.getNodeType().name().toLowerCase(Locale.ROOT);
  }
}
