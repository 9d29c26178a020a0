package io.github.sdtune.io;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
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
}
