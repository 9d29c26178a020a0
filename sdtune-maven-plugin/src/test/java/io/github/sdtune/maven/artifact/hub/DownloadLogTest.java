package io.github.sdtune.maven.artifact.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdtune.maven.RecordingLog;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DownloadLogTest {
  private long nanos;

  @Test
  void tellsShareAndRateEveryFiveSeconds() {
    RecordingLog log = new RecordingLog();
    HubFile file = new HubFile("unet/a.safetensors", 100_000_000, "0".repeat(64));
    DownloadLog progress =
        new DownloadLog(log, "hf:org/name", new Listing("0", List.of(file)), () -> nanos);
    progress.file(file.path());
    progress.have(50_000_000);
    for (int second = 1; second <= 12; second++) {
      nanos = Duration.ofSeconds(second).toNanos();
      progress.arrived(4_000_000);
    }
    progress.end();
    assertThat(log.lines)
        .containsExactly(
            "INFO hf:org/name: downloading 1 files, 100.0 MB",
            "INFO hf:org/name: 70 % of 100.0 MB, 4.0 MB/s, unet/a.safetensors",
            "INFO hf:org/name: 90 % of 100.0 MB, 4.0 MB/s, unet/a.safetensors",
            "INFO hf:org/name: downloaded 48.0 MB in 12 s");
  }
}
