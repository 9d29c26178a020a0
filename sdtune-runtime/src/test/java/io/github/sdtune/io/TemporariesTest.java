package io.github.sdtune.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporariesTest {
  @TempDir Path folder;

  @Test
  void aProcessThatIsEndedLeavesNothingHalfWritten() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Endless.class.getName(),
                folder.resolve("model.safetensors").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(process.getInputStream().read()).isEqualTo('w');
    assertThat(files()).hasSize(1);
    process.destroy();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(files()).isEmpty();
  }

  @Test
  void whatIsNotDoneIsRemovedWithAllThatIsInIt() throws IOException {
    Path half = Files.createDirectories(folder.resolve("half/unet"));
    Files.writeString(half.resolve("config.json"), "{}");
    Files.writeString(folder.resolve("other"), "stays");
    Temporaries.begin(folder.resolve("half"));
    Temporaries.deleteAll();
    assertThat(files()).containsExactly(folder.resolve("other"));
    Temporaries.end(folder.resolve("half"));
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> list = Files.list(folder)) {
      return list.toList();
    }
  }

  /** Begins a file and never ends it. */
  static final class Endless {
    public static void main(String[] args) throws IOException {
      AtomicFile.write(
          Path.of(args[0]),
          channel -> {
            System.out.write('w');
            System.out.flush();
            try {
              Thread.sleep(60_000);
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
          });
    }
  }
}
