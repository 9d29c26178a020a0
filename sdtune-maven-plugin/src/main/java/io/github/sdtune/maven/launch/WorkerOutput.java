package io.github.sdtune.maven.launch;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.job.Event;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads what a worker prints: events go to a listener, and everything, the natives' chatter
 * included, to a log file.
 */
final class WorkerOutput extends Thread {
  private final InputStream output;
  private final Path log;
  private final Consumer<Event> events;
  private final Consumer<String> chatter;

  WorkerOutput(InputStream output, Path log, Consumer<Event> events, Consumer<String> chatter) {
    super("sdtune-worker-output");
    setDaemon(true);
    this.output = output;
    this.log = log;
    this.events = events;
    this.chatter = chatter;
  }

  @Override
  public void run() {
    try (BufferedReader in =
            new BufferedReader(new InputStreamReader(output, StandardCharsets.UTF_8));
        Writer out = Files.newBufferedWriter(log)) {
      boolean writable = true;
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        writable = writable && write(out, line);
        accept(line);
      }
    } catch (IOException e) {
      chatter.accept("the output of the worker broke off: " + e.getMessage());
    }
  }

  /** A full disk ends the log, but not the progress that is shown. */
  private boolean write(Writer out, String line) {
    try {
      out.write(line + "\n");
      out.flush();
      return true;
    } catch (IOException e) {
      chatter.accept(log + " breaks off here: " + e.getMessage());
      return false;
    }
  }

  private void accept(String line) {
    try {
      Optional<Event> event = Event.parse(line);
      event.ifPresentOrElse(events, () -> chatter.accept(line));
    } catch (SdtuneException e) {
      // A native printed into the middle of the line.
      chatter.accept(line);
    }
  }
}
