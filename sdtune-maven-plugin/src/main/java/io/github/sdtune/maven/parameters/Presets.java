package io.github.sdtune.maven.parameters;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.NearMisses;
import io.github.sdtune.selection.Preset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Reads {@code attention+convolutions}. */
final class Presets {
  private static final List<String> NAMES = Stream.of(Preset.values()).map(Preset::json).toList();

  private Presets() {}

  /**
   * The presets of a text.
   *
   * @param place where it was written
   * @throws SdtuneException with all names that there are not
   */
  static List<Preset> parse(String place, String text) {
    List<Preset> presets = new ArrayList<>();
    List<String> wrong = new ArrayList<>();
    for (String name : text.split("\\+", -1)) {
      Stream.of(Preset.values())
          .filter(preset -> preset.json().equals(name.strip()))
          .findFirst()
          .ifPresentOrElse(
              presets::add,
              () ->
                  wrong.add("%s: found %s, %s".formatted(place, name.strip(), hint(name.strip()))));
    }
    if (!wrong.isEmpty()) {
      throw new SdtuneException(String.join("\n", wrong));
    }
    return presets;
  }

  private static String hint(String name) {
    return NearMisses.question(NearMisses.of(name, NAMES))
        .orElseGet(() -> "expected one of " + String.join(", ", NAMES));
  }
}
