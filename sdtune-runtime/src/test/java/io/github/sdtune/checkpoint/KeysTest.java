package io.github.sdtune.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names and shapes computed from a configuration are those of diffusers. */
class KeysTest {
  @ParameterizedTest
  @ValueSource(strings = {"sd15", "sd21", "sdxl"})
  void namesAndShapesOfPublishedModelsAreThoseOfDiffusers(String model) {
    Map<String, List<Long>> computed = new HashMap<>();
    maps(model)
        .forEach(
            (part, map) ->
                map.keys().forEach(k -> computed.put(part.folder() + " " + k.name(), k.shape())));

    assertThat(computed).containsExactlyInAnyOrderEntriesOf(Published.diffusers(model));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sd15", "sd21", "sdxl"})
  void originalNamesAndShapesOfPublishedModelsAreThoseOfDiffusersScripts(String model) {
    Map<String, List<Long>> computed = new HashMap<>();
    maps(model)
        .values()
        .forEach(
            map ->
                map.keys()
                    .forEach(k -> computed.put(map.prefix() + k.original(), k.originalShape())));

    assertThat(computed).containsExactlyInAnyOrderEntriesOf(Published.original(model));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sd15", "sd21", "sdxl"})
  void noTwoTensorsHaveTheSameNameInEitherLayout(String model) {
    List<String> names = new ArrayList<>();
    List<String> originals = new ArrayList<>();
    maps(model)
        .forEach(
            (part, map) -> {
              map.keys().forEach(k -> names.add(part + k.name()));
              map.keys()
                  .forEach(k -> originals.add(map.prefix() + k.original() + k.form().third()));
            });

    assertThat(names).doesNotHaveDuplicates();
    assertThat(originals).doesNotHaveDuplicates();
  }

  private static Map<Part, KeyMap> maps(String model) {
    Family family =
        switch (model) {
          case "sd15" -> Family.SD1;
          case "sd21" -> Family.SD2;
          default -> Family.SDXL;
        };
    return KeyMaps.of(family, part -> Published.config(model, part.folder()));
  }
}
