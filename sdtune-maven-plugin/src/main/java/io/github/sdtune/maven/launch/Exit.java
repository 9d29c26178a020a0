package io.github.sdtune.maven.launch;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.Json;
import io.github.sdtune.job.ExitCode;
import io.github.sdtune.job.JobError;
import io.github.sdtune.job.JobResult;
import io.github.sdtune.job.WorkerFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What the end of a worker means. */
final class Exit {
  /** What {@code -XX:+ExitOnOutOfMemoryError} ends with. */
  private static final int OUT_OF_HEAP = 3;

  private static final int LAST_LINES = 5;
  private static final int SIGINT = 130;
  private static final int SIGABRT = 134;
  private static final int SIGKILL = 137;
  private static final int SIGSEGV = 139;

  private Exit() {}

  /**
   * The result of a worker that ended with {@code code}.
   *
   * @throws SdtuneException if the user made a mistake
   * @throws WorkerException for anything else that went wrong
   */
  static JobResult result(int code, WorkerFiles files) throws WorkerException {
    if (code == ExitCode.OK) {
      if (Files.exists(files.result())) {
        return Json.read(files.result(), JobResult.class);
      }
      throw broken("ended without a result" + lastWords(files), files);
    }
    if (code == ExitCode.FAILED && Files.exists(files.error())) {
      JobError error = Json.read(files.error(), JobError.class);
      if (error.userError()) {
        throw new SdtuneException(error.message());
      }
      append(files.log(), error.stackTrace());
      throw broken("failed: " + error.message(), files);
    }
    throw broken(reason(code, files), files);
  }

  private static String reason(int code, WorkerFiles files) {
    return switch (code) {
      case ExitCode.BAD_REQUEST ->
          "could not read its request"
              + said(files).map(s -> " (" + s + ")").orElse("")
              + "; is there another version of sdtune-runtime among the plugin's dependencies?";
      case OUT_OF_HEAP -> "ran out of Java heap: give it more with <maxHeap>";
      case SIGINT, ExitCode.CANCELLED ->
          "was stopped from outside (exit code "
              + code
              + ")"
              + said(files).map(s -> ": " + s).orElse("");
      case SIGKILL ->
          "was killed (exit code 137): most often by the system because memory ran out, or by a"
              + " container's limit; a smaller <batchSize> needs less (in training with more"
              + " <gradientAccumulation>), <gradientCheckpointing> in training too, and"
              + " <weights>stored</weights> where the model is in half precision";
      case SIGABRT, SIGSEGV ->
          "crashed in native code (exit code %d)%s"
              .formatted(code, crashReport(files).map(f -> ", see " + f).orElse(""));
      default -> "ended with exit code " + code + lastWords(files);
    };
  }

  private static Optional<String> said(WorkerFiles files) {
    return Files.exists(files.error())
        ? Optional.of(Json.read(files.error(), JobError.class).message())
        : Optional.empty();
  }

  private static String lastWords(WorkerFiles files) {
    try (Stream<String> lines = Files.lines(files.log())) {
      List<String> all = lines.toList();
      List<String> last = all.subList(Math.max(0, all.size() - LAST_LINES), all.size());
      return last.isEmpty() ? "" : ", and said last:\n  " + String.join("\n  ", last);
    } catch (IOException | UncheckedIOException e) {
      return "";
    }
  }

  private static Optional<Path> crashReport(WorkerFiles files) {
    try (Stream<Path> list = Files.list(files.directory())) {
      return list.filter(file -> file.getFileName().toString().startsWith("hs_err_")).findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  static WorkerException broken(String what, WorkerFiles files) {
    return new WorkerException("the worker " + what + "\nits log: " + files.log());
  }

  private static void append(Path log, String text) {
    try {
      Files.writeString(log, text + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      // The message, which is what counts, is in the exception.
    }
  }
}
