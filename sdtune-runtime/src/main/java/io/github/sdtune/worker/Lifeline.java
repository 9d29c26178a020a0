package io.github.sdtune.worker;

import io.github.sdtune.io.Temporaries;
import io.github.sdtune.job.ExitCode;
import java.io.IOException;
import java.io.InputStream;

/**
 * Ends this process when its parent is gone. The parent holds our standard input open; when it
 * dies, even by SIGKILL, the system closes the pipe and a read ends.
 */
final class Lifeline {
  private Lifeline() {}

  static void hold(InputStream in) {
    Thread thread = new Thread(() -> waitForEnd(in), "lifeline");
    thread.setDaemon(true);
    thread.start();
  }

  private static void waitForEnd(InputStream in) {
    try {
      in.transferTo(java.io.OutputStream.nullOutputStream());
    } catch (IOException e) {
      // A broken pipe is an end too.
    }
    Temporaries.deleteAll();
    Runtime.getRuntime().halt(ExitCode.CANCELLED);
  }
}
