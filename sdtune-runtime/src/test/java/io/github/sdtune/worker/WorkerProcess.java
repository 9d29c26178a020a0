package io.github.sdtune.worker;

import io.github.sdtune.io.Json;
import io.github.sdtune.job.Event;
import io.github.sdtune.job.Request;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** A real worker in a JVM of its own, and what it has told. */
final class WorkerProcess implements AutoCloseable {
  /** What starts fast. */
  private static final List<String> JAVA =
      List.of(
          Path.of(System.getProperty("java.home"), "bin", "java").toString(),
          "-XX:TieredStopAtLevel=1",
          "-XX:+UseSerialGC",
          "-Xshare:auto",
          "-Xmx256m",
          "-Dai.djl.offline=true",
          "-cp",
          System.getProperty("java.class.path"));

  final Process process;
  final List<Event> events = new ArrayList<>();
  final List<String> lines = new ArrayList<>();
  private final Thread reader;

  WorkerProcess(Request request) throws IOException {
    Json.write(request.files().request(), request);
    List<String> command = new ArrayList<>(JAVA);
    command.addAll(List.of(WorkerMain.class.getName(), request.files().request().toString()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    // Its bytes depend on the number of threads; beside others, threads that spin are ruinous.
    builder.environment().put("OMP_NUM_THREADS", "1");
    builder.environment().put("OMP_WAIT_POLICY", "PASSIVE");
    process = builder.start();
    reader = new Thread(this::read, "worker-output");
    reader.start();
  }

  private void read() {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        Optional<Event> event = Event.parse(line);
        synchronized (this) {
          lines.add(line);
          event.ifPresent(events::add);
          notifyAll();
        }
      }
    } catch (IOException e) {
      // It was killed.
    }
  }

  /** Waits until it has told something. */
  synchronized void await(Predicate<Event> what) throws InterruptedException {
    while (events.stream().noneMatch(what)) {
      if (!process.isAlive() && !reader.isAlive()) {
        throw new IllegalStateException("it ended:\n" + String.join("\n", lines));
      }
      wait(100);
    }
  }

  /** SIGTERM alone: {@link Process#destroy} closes its output, too. */
  void signal() {
    process.toHandle().destroy();
  }

  /** Waits for its end, and returns its exit code. */
  int exit() throws InterruptedException {
    int code = process.waitFor();
    reader.join();
    return code;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
