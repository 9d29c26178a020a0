package io.github.sdtune.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.SdtuneException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonTest {
  @TempDir Path folder;

  @Test
  void namesTheFileThatCannotBeWrittenAndTheReason() throws IOException {
    Path inTheWay = Files.createFile(folder.resolve("file"));
    Path file = inTheWay.resolve("metrics.json");
    assertThatThrownBy(() -> Json.write(file, Map.of()))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith(file + " cannot be written: ");
  }

  /** Files are written while values are told, and not when all of them are text in memory. */
  @Test
  void aValueThatCannotBeToldLeavesTheFileAsItWas() {
    Path file = folder.resolve("manifest.json");
    Json.write(file, List.of("before"));
    Iterable<String> broken =
        () -> IntStream.rangeClosed(0, 10_000).mapToObj(JsonTest::itemUntilTenThousand).iterator();
    assertThatThrownBy(() -> Json.write(file, broken)).hasMessageContaining("ten thousand told");
    assertThat(Json.read(file, String[].class)).containsExactly("before");
    assertThat(folder.toFile().list()).containsExactly("manifest.json");
  }

  @Test
  void bytesThatAreNotUtf8AreToldWithTheirPlace() throws IOException {
    Path file = folder.resolve("config.json");
    Files.write(file, "[\n \"V\u00f6gelchen\"]".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> Json.read(file, String[].class))
        .isInstanceOf(SdtuneException.class)
        .hasMessageStartingWith(file + ":2:")
        .hasMessageContaining("UTF-8");
  }

  private static String itemUntilTenThousand(int told) {
    if (told == 10_000) {
      throw new IllegalStateException("ten thousand told, and then no more");
    }
    return "item";
  }
}
