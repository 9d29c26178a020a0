package io.github.sdtune.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdtune.report.EventFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Interop
class TensorBoardTest {
  @TempDir Path folder;

  /** As if a training was killed after step 3 and went on after step 2. */
  @Test
  void tensorBoardReadsARunInTwoPiecesWithoutASeam() throws Exception {
    Path events = folder.resolve("events");
    try (EventFile first = EventFile.begin(events, 0)) {
      for (int step = 1; step <= 3; step++) {
        first.scalars(step, Map.of("training/loss", 1.0 / step));
      }
    }
    Thread.sleep(2); // a name of its own
    try (EventFile second = EventFile.begin(events, 3)) {
      for (int step = 3; step <= 4; step++) {
        second.scalars(step, Map.of("training/loss", 2.0 / step));
      }
    }
    Path read = folder.resolve("read.txt");
    Python.run("tensorboard_read.py", events, read);
    assertThat(Files.readAllLines(read))
        .containsExactly(
            "training/loss 1 1.0000",
            "training/loss 2 0.5000",
            "training/loss 3 0.6667",
            "training/loss 4 0.5000");
  }
}
