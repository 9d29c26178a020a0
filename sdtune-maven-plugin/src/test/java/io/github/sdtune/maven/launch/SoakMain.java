package io.github.sdtune.maven.launch;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.Json;
import io.github.sdtune.job.Request;
import io.github.sdtune.maven.RecordingLog;
import java.io.File;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** Stands for a Maven that trains, as it is killed: {@code SoakMain <job.json>}. */
final class SoakMain {
  private SoakMain() {}

  public static void main(String[] args) {
    Path file = Path.of(args[0]);
    Request job = Json.read(file, Request.class);
    WorkerSettings settings =
        new WorkerSettings(
            Path.of(System.getProperty("java.home"), "bin", "java"),
            Pattern.compile(File.pathSeparator, Pattern.LITERAL)
                .splitAsStream(System.getProperty("java.class.path"))
                .map(path -> Path.of(path).toAbsolutePath())
                .toList(),
            WorkerSettings.MAIN_CLASS,
            SoakTest.FAST_START,
            Optional.of("256m"),
            Optional.of(1),
            Optional.empty(),
            WorkerSettings.GRACE,
            file.getParent(),
            file.resolveSibling("cache").resolve("worker.lock"));
    try {
      new WorkerLauncher()
          .run(job, settings, event -> System.out.println(event), new RecordingLog());
    } catch (SdtuneException | WorkerException e) {
      System.out.println(e.getMessage());
      System.exit(1);
    }
  }
}
