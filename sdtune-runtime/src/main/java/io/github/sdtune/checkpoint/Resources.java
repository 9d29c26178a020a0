package io.github.sdtune.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sdtune.io.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** What published models of a family have in common and their tensors do not show. */
final class Resources {
  private Resources() {}

  /** A configuration without what is inferred. */
  static ObjectNode config(Family family, String name) {
    String resource = family.name().toLowerCase(Locale.ROOT) + "/" + name + ".json";
    return Json.parse(
        new String(bytes(resource), StandardCharsets.UTF_8), ObjectNode.class, resource);
  }

  static byte[] bytes(String resource) {
    try (InputStream in = Resources.class.getResourceAsStream(resource)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
