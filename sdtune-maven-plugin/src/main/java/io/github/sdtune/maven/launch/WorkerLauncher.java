package io.github.sdtune.maven.launch;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.FileMutex;
import io.github.sdtune.io.Json;
import io.github.sdtune.job.Computation;
import io.github.sdtune.job.Event;
import io.github.sdtune.job.JobResult;
import io.github.sdtune.job.Request;
import io.github.sdtune.job.WorkerFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.inject.Inject;
import org.apache.maven.plugin.logging.Log;

/**
 * Does what is asked in a JVM of its own: libtorch can be loaded once into a JVM and never
 * unloaded, and a crash of it must not take Maven down.
 */
public class WorkerLauncher {
  /** A child of the worker may keep its output open: then the rest of it is given up. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(5);

  @Inject
  public WorkerLauncher() {}

  /**
   * Has a worker do it, and waits for it.
   *
   * @throws SdtuneException if the user made a mistake
   * @throws WorkerException if the worker broke down
   */
  @SuppressWarnings("try") // The lock only has to be held.
  public JobResult run(Request request, WorkerSettings settings, Consumer<Event> events, Log log)
      throws WorkerException {
    WorkerFiles files = request.files();
    // One worker with networks at a time: two would share the cores and the memory.
    Path place =
        request.computation() == Computation.NONE
            ? files.directory().resolveSibling(request.name() + ".lock")
            : settings.lock();
    Runnable waiting =
        () -> log.info("waiting for another run of sdtune on this machine to end (" + place + ")");
    try (FileMutex lock = FileMutex.acquire(place, waiting)) {
      prepare(request, settings, files);
      return Exit.result(run(settings, request.computation(), files, events, log), files);
    } catch (IOException e) {
      throw new WorkerException("cannot run a worker in " + files.directory() + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WorkerException("the build was interrupted, and the worker stopped", e);
    }
  }

  private static void prepare(Request request, WorkerSettings settings, WorkerFiles files)
      throws IOException {
    Files.createDirectories(files.directory());
    // What an earlier worker left must not pass for an answer of this one.
    try (Stream<Path> old = Files.list(files.directory())) {
      for (Path file : old.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
    Json.write(files.request(), request);
    JavaArguments.write(files.arguments(), JavaArguments.of(settings, files));
  }

  @SuppressWarnings("try") // Both resources only have to be there, and to be closed.
  private static int run(
      WorkerSettings settings,
      Computation computation,
      WorkerFiles files,
      Consumer<Event> events,
      Log log)
      throws IOException, InterruptedException, WorkerException {
    ProcessBuilder builder =
        new ProcessBuilder(List.of(settings.java().toString(), "@" + files.arguments()))
            .directory(settings.workingDirectory().toFile())
            .redirectErrorStream(true);
    builder
        .environment()
        .putAll(settings.environment(builder.environment(), Machine.isBusy(), computation));
    log.debug("worker: " + builder.command() + " " + JavaArguments.of(settings, files));
    Process process = builder.start();
    WorkerOutput output =
        new WorkerOutput(
            process.getInputStream(), files.log(), events, line -> log.debug("worker: " + line));
    // The worker lives as long as its standard input is open.
    try (OutputStream lifeLine = process.getOutputStream();
        ProcessGuard guard = new ProcessGuard(process, settings.grace())) {
      output.start();
      await(process, settings, files);
      output.join(LAST_WORDS.toMillis());
      return process.exitValue();
    }
  }

  private static void await(Process process, WorkerSettings settings, WorkerFiles files)
      throws InterruptedException, WorkerException {
    if (settings.timeout().isEmpty()) {
      process.waitFor();
      return;
    }
    Duration timeout = settings.timeout().get();
    if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
      throw Exit.broken(
          "was stopped after <timeout> " + timeout.toString().substring(2).toLowerCase(Locale.ROOT),
          files);
    }
  }
}
