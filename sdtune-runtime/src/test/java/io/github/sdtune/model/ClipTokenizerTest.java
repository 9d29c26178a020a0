package io.github.sdtune.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.Json;
import io.github.sdtune.tensor.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClipTokenizerTest {
  private static final Path FOLDER = Golden.FIXTURES.resolve("tokenizer");

  @Test
  void everyHostileStringHasTheIdsOfTransformers() {
    SoftAssertions softly = new SoftAssertions();
    try (ClipTokenizer tokenizer = ClipTokenizer.load(FOLDER)) {
      JsonNode cases = Json.read(FOLDER.resolve("golden.json"), JsonNode.class);
      assertThat(cases).hasSizeGreaterThanOrEqualTo(24);
      for (JsonNode expected : cases) {
        String text = expected.get("text").asText();
        softly.assertThat(tokenizer.ids(text)).as(text).containsExactly(longs(expected.get("ids")));
        softly
            .assertThat(tokenizer.encode(text))
            .as("padded: " + text)
            .containsExactly(longs(expected.get("padded")));
      }
    }
    softly.assertAll();
  }

  @Test
  void missingFilesAreNamed(@TempDir Path folder) throws IOException {
    assertThatThrownBy(() -> ClipTokenizer.load(folder).close())
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining("tokenizer_config.json");
    Files.copy(FOLDER.resolve("tokenizer_config.json"), folder.resolve("tokenizer_config.json"));
    assertThatThrownBy(() -> ClipTokenizer.load(folder).close())
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining("vocab.json");
  }

  @Test
  void aBrokenMergeIsNamedByLine(@TempDir Path folder) throws IOException {
    for (String name : List.of("tokenizer_config.json", "vocab.json")) {
      Files.copy(FOLDER.resolve(name), folder.resolve(name));
    }
    Files.writeString(folder.resolve("merges.txt"), "#version: 0.2\ni n\nthe\n");
    assertThatThrownBy(() -> ClipTokenizer.load(folder).close())
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining("merges.txt:3: found 'the'");
  }

  private static long[] longs(JsonNode array) {
    List<Long> longs = new ArrayList<>();
    array.forEach(node -> longs.add(node.longValue()));
    return longs.stream().mapToLong(Long::longValue).toArray();
  }
}
