package io.github.sdtune.maven.launch;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Settings that start a {@link FakeWorker}. */
final class FakeWorkers {
  private FakeWorkers() {}

  static WorkerSettings settings(String behaviour, Path folder) {
    return settings(behaviour, folder, testClasses(), Optional.empty());
  }

  static WorkerSettings settings(
      String behaviour, Path folder, Path classes, Optional<Duration> timeout) {
    return new WorkerSettings(
        Path.of(System.getProperty("java.home"), "bin", "java"),
        List.of(classes),
        FakeWorker.class.getName(),
        List.of("-Dfake=" + behaviour),
        Optional.of("64m"),
        Optional.of(3),
        timeout,
        Duration.ofSeconds(1),
        folder,
        folder.resolve("cache/worker.lock"));
  }

  static Path testClasses() {
    try {
      return Path.of(FakeWorker.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
