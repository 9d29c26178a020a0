package io.github.sdtune.maven.launch;

import io.github.sdtune.job.Goal;
import io.github.sdtune.maven.RecordingLog;
import io.github.sdtune.maven.TestJobs;
import java.nio.file.Path;

/** Stands for a Maven that is killed while its worker works. */
final class LauncherMain {
  private LauncherMain() {}

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    new WorkerLauncher()
        .run(
            TestJobs.job(Goal.FINE_TUNE, folder),
            FakeWorkers.settings("waits", folder),
            event -> {},
            new RecordingLog());
  }
}
