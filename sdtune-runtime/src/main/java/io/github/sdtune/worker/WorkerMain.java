package io.github.sdtune.worker;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.Json;
import io.github.sdtune.job.Event;
import io.github.sdtune.job.ExitCode;
import io.github.sdtune.job.JobError;
import io.github.sdtune.job.JobResult;
import io.github.sdtune.job.Request;
import io.github.sdtune.job.WorkerFiles;
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
    Lifeline.hold(System.in);
    if (args.length != 1) {
      System.err.println("expected one argument, the request file, but found " + args.length);
      System.exit(ExitCode.BAD_REQUEST);
    }
    Path request = Path.of(args[0]).toAbsolutePath();
    System.exit(run(request, new WorkerFiles(request.getParent())));
  }

  private static int run(Path request, WorkerFiles files) {
    Request asked;
    try {
      asked = Json.read(request, Request.class);
    } catch (SdtuneException e) {
      Json.write(files.error(), new JobError(true, e.getMessage(), ""));
      return ExitCode.BAD_REQUEST;
    }
    try {
      JobResult result = Work.of(asked, WorkerMain::tell).run();
      Json.write(files.result(), result);
      return ExitCode.OK;
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
