package io.github.sdtune.worker;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.FileMutex;
import io.github.sdtune.io.Json;
import io.github.sdtune.job.Computation;
import io.github.sdtune.job.Event;
import io.github.sdtune.job.ExitCode;
import io.github.sdtune.job.JobError;
import io.github.sdtune.job.JobResult;
import io.github.sdtune.job.Request;
import io.github.sdtune.job.WorkerFiles;
import io.github.sdtune.train.Controls;
import io.github.sdtune.train.StoppedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * Entry of the forked JVM: {@code WorkerMain <request.json>}. Tells its events on standard output,
 * and leaves a result or an error beside the request; see {@link ExitCode}.
 */
public final class WorkerMain {
  private WorkerMain() {}

  public static void main(String[] args) {
    if (args.length != 1) {
      System.err.println("expected one argument, the request file, but found " + args.length);
      System.exit(ExitCode.BAD_REQUEST);
    }
    Path request = Path.of(args[0]).toAbsolutePath();
    WorkerFiles files = new WorkerFiles(request.getParent());
    Ending ending = new Ending(files, WorkerMain::tell);
    ending.listen(System.in);
    System.exit(run(request, files, ending));
  }

  private static int run(Path request, WorkerFiles files, Ending ending) {
    Request asked;
    try {
      asked = Json.read(request, Request.class);
    } catch (SdtuneException e) {
      Json.write(files.error(), new JobError(true, e.getMessage(), ""));
      return ExitCode.BAD_REQUEST;
    }
    try {
      Json.write(files.result(), work(asked, ending.controls()));
      return ExitCode.OK;
    } catch (StoppedException e) {
      tell(new Event.Phase(e.getMessage()));
      // The files of a worker whose parent is gone may be another's by now.
      if (!ending.alone()) {
        Json.write(files.error(), new JobError(false, e.getMessage(), ""));
      }
      return ExitCode.CANCELLED;
    } catch (SdtuneException e) {
      Json.write(files.error(), new JobError(true, e.getMessage(), ""));
    } catch (UncheckedIOException e) {
      // A full disk, most often: the file and the system's reason are what counts.
      tryToWrite(files.error(), new JobError(false, e.getMessage(), stackTrace(e)));
    } catch (Exception | LinkageError e) {
      Json.write(files.error(), new JobError(false, e.toString(), stackTrace(e)));
    }
    return ExitCode.FAILED;
  }

  /**
   * One at a time in a folder: the worker of a build that was killed may be saving there what the
   * next one goes on from, when the lock of that build is free again.
   */
  @SuppressWarnings("try") // The lock only has to be held.
  private static JobResult work(Request asked, Controls controls)
      throws IOException, InterruptedException {
    if (asked.computation() == Computation.NONE) {
      return Work.of(asked, WorkerMain::tell, controls).run();
    }
    Runnable waiting =
        () -> tell(new Event.Phase("waiting for the worker of an earlier build, which is saving"));
    try (FileMutex lock = FileMutex.acquire(asked.outputs().worker("lock"), waiting)) {
      return Work.of(asked, WorkerMain::tell, controls).run();
    }
  }

  private static synchronized void tell(Event event) {
    System.out.println(event.line());
  }

  private static void tryToWrite(Path file, JobError error) {
    try {
      Json.write(file, error);
    } catch (UncheckedIOException e) {
      System.out.println(error.message());
    }
  }

  private static String stackTrace(Throwable e) {
    StringWriter text = new StringWriter();
    e.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
