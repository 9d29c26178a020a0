package io.github.sdtune.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdtune.io.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StampTest {
  private static final Map<String, String> INPUTS = Map.of("base model", "1", "<training>", "2");

  @TempDir Path directory;
  private Path output;
  private Path stamp;

  @BeforeEach
  void write() throws IOException {
    output = directory.resolve("weights/w.safetensors");
    stamp = directory.resolve("stamps/fine-tune.json");
    Files.createDirectories(output.getParent());
    Files.writeString(output, "weights");
    Json.write(stamp, Stamp.of(INPUTS, directory, List.of(output)));
  }

  @Test
  void nothingChangedIsUpToDate() {
    assertThat(Stamp.stale(stamp, INPUTS, directory)).isEmpty();
  }

  @Test
  void namesTheInputsThatChanged() {
    assertThat(Stamp.stale(stamp, Map.of("base model", "1", "<training>", "3"), directory))
        .hasValue("changed: <training>");
    assertThat(Stamp.stale(stamp, Map.of("base model", "1"), directory))
        .hasValue("changed: <training>");
    assertThat(
            Stamp.stale(stamp, Map.of("base model", "1", "<training>", "2", "new", "4"), directory))
        .hasValue("changed: new");
  }

  @Test
  void seesThatAnOutputIsGoneOrTouched() throws IOException {
    Files.writeString(output, "other");
    assertThat(Stamp.stale(stamp, INPUTS, directory))
        .hasValue("weights/w.safetensors is not as it was written");
    Files.delete(output);
    assertThat(Stamp.stale(stamp, INPUTS, directory)).hasValue("weights/w.safetensors is missing");
  }

  @Test
  void neverRunOrUnreadableIsStale() throws IOException {
    Files.writeString(stamp, "{");
    assertThat(Stamp.stale(stamp, INPUTS, directory)).hasValue("its stamp cannot be read");
    Files.delete(stamp);
    assertThat(Stamp.stale(stamp, INPUTS, directory)).hasValue("it has not run yet");
  }
}
