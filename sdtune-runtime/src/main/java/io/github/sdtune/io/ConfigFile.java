package io.github.sdtune.io;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.sdtune.SdtuneException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads a config.json key by key and collects what is wrong with it. */
public final class ConfigFile {
  private final Path file;
  private final JsonNode json;
  private final Set<String> known = new HashSet<>();
  private final List<String> findings = new ArrayList<>();

  public ConfigFile(Path file) {
    this(file, Json.read(file, JsonNode.class));
  }

  /** What a file said, perhaps with changes; {@code file} names the origin in errors. */
  public ConfigFile(Path file, JsonNode json) {
    this.file = file;
    this.json = json;
    if (!json.isObject()) {
      throw new SdtuneException(file + ": expected a JSON object");
    }
  }

  public int integer(String key, Integer fallback) {
    JsonNode node = get(key);
    if (node.isNull() && fallback != null) {
      return fallback;
    }
    if (!node.isInt() || node.intValue() < 0) {
      return wrong(key, node, "a whole number", 1);
    }
    return node.intValue();
  }

  public double number(String key, double fallback) {
    JsonNode node = get(key);
    return node.isNull()
        ? fallback
        : node.isNumber() ? node.doubleValue() : wrong(key, node, "a number", 1.0);
  }

  public boolean truth(String key, boolean fallback) {
    JsonNode node = get(key);
    return node.isNull()
        ? fallback
        : node.isBoolean() ? node.booleanValue() : wrong(key, node, "true or false", fallback);
  }

  /** One of several texts. */
  public String text(String key, String fallback, String... allowed) {
    JsonNode node = get(key);
    String found = node.isNull() ? fallback : node.asText();
    return Arrays.asList(allowed).contains(found)
        ? found
        : wrong(key, node, "one of " + Arrays.toString(allowed), allowed[0]);
  }

  /** A list of texts, each one of {@code allowed}. */
  public List<String> texts(String key, String... allowed) {
    List<String> texts = new ArrayList<>();
    for (JsonNode node : get(key)) {
      texts.add(
          Arrays.asList(allowed).contains(node.asText())
              ? node.asText()
              : wrong(key, node, "each one of " + Arrays.toString(allowed), allowed[0]));
    }
    return texts.isEmpty() ? List.of(wrong(key, get(key), "a list", allowed[0])) : texts;
  }

  public List<Integer> integers(String key) {
    List<Integer> integers = new ArrayList<>();
    for (JsonNode node : get(key)) {
      integers.add(
          node.isInt() && node.intValue() > 0
              ? node.intValue()
              : wrong(key, node, "positive whole numbers", 1));
    }
    return integers.isEmpty()
        ? List.of(wrong(key, get(key), "a list of whole numbers", 1))
        : integers;
  }

  /** A list of {@code count} numbers, or one number for all; nothing if the key is not there. */
  public Optional<List<Integer>> each(String key, int count) {
    JsonNode node = get(key);
    if (node.isNull()) {
      return Optional.empty();
    }
    if (node.isInt() && node.intValue() > 0) {
      return Optional.of(Collections.nCopies(count, node.intValue()));
    }
    List<Integer> integers = integers(key);
    return Optional.of(
        integers.size() == count
            ? integers
            : wrong(key, node, "a number, or a list of " + count, Collections.nCopies(count, 1)));
  }

  /** Refuses every value but {@code only}, which is also what a missing key means. */
  public void only(String key, Object only) {
    JsonNode node = get(key);
    JsonNode expected = Json.mapper().valueToTree(only);
    boolean same = node.equals(expected);
    if (node.isNumber() && expected.isNumber()) {
      same = node.doubleValue() == expected.doubleValue();
    }
    if (!node.isNull() && !same) {
      wrong(key, node, expected + ", the only value supported", null);
    }
  }

  /** Like {@link #only(String, Object)}; a list of nothing but that value will do, too. */
  public void onlyEach(String key, Object only) {
    JsonNode node = get(key);
    JsonNode expected = Json.mapper().valueToTree(only);
    for (JsonNode element : node) {
      if (!element.equals(expected)) {
        wrong(key, node, expected + ", the only value supported", null);
        return;
      }
    }
    if (!node.isArray()) {
      only(key, only);
    }
  }

  /** Whether a list has a text in it. */
  public boolean contains(String key, String text) {
    for (JsonNode element : get(key)) {
      if (element.asText().equals(text)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a key is absent or null. */
  public boolean isNull(String key) {
    return get(key).isNull();
  }

  public void only(Map<String, ?> values) {
    values.forEach(this::only);
  }

  /** Keys without effect on the numbers; those that begin with an underscore always are. */
  public void ignore(String... keys) {
    known.addAll(Arrays.asList(keys));
  }

  public void require(boolean holds, String finding) {
    if (!holds) {
      findings.add(finding);
    }
  }

  /**
   * Ends the reading.
   *
   * @throws SdtuneException that lists all findings, also the keys that nobody asked for
   */
  public void refuseFindings() {
    json.fieldNames()
        .forEachRemaining(
            key -> {
              if (!known.contains(key) && !key.startsWith("_") && !json.get(key).isNull()) {
                findings.add(key + ": unknown key, whose effect sdtune would miss");
              }
            });
    refuseKnownFindings();
  }

  /** Ends the reading of a file that has keys for others too: unknown ones are no finding. */
  public void refuseKnownFindings() {
    if (!findings.isEmpty()) {
      throw new SdtuneException(file + ":\n  " + String.join("\n  ", findings));
    }
  }

  private JsonNode get(String key) {
    known.add(key);
    JsonNode node = json.get(key);
    return node == null ? Json.mapper().nullNode() : node;
  }

  private <T> T wrong(String key, JsonNode found, String expected, T placeholder) {
    findings.add(key + ": found " + found + ", expected " + expected);
    return placeholder;
  }
}
