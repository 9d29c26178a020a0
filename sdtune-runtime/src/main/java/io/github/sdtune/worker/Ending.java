package io.github.sdtune.worker;

import io.github.sdtune.io.Json;
import io.github.sdtune.io.Temporaries;
import io.github.sdtune.job.Event;
import io.github.sdtune.job.ExitCode;
import io.github.sdtune.job.JobError;
import io.github.sdtune.job.WorkerFiles;
import io.github.sdtune.train.Controls;
import io.github.sdtune.train.StopRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * What ends this process before its work is done. A signal, or the end of the parent, lets a
 * training finish its step and save; a second signal, or a step that hangs, ends it at once.
 */
final class Ending {
  private final WorkerFiles files;
  private final Consumer<Event> events;
  private final StopRequest stop = new StopRequest();
  private final AtomicBoolean signalled = new AtomicBoolean();
  private volatile boolean alone;

  Ending(WorkerFiles files, Consumer<Event> events) {
    this.files = files;
    this.events = events;
  }

  /** Listens from now on. */
  void listen(InputStream in) {
    Signals.handle(this::signal);
    Thread thread = new Thread(() -> waitForEnd(in), "lifeline");
    thread.setDaemon(true);
    thread.start();
  }

  Controls controls() {
    return new Controls(stop, this::hangs);
  }

  /** Whether nobody is there any more who reads an answer. */
  boolean alone() {
    return alone;
  }

  private void signal(String name) {
    boolean second = signalled.getAndSet(true);
    if (second || !stop.make()) {
      end(ExitCode.CANCELLED);
    }
    events.accept(
        new Event.Phase(
            "SIG%s: the training ends after this step, and is saved; a second one ends it at once"
                .formatted(name)));
  }

  /**
   * The parent holds our standard input open; when it dies, even by SIGKILL, the system closes the
   * pipe and a read ends. It also closes it to have the worker end.
   */
  private void waitForEnd(InputStream in) {
    try {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // A broken pipe is an end too.
    }
    alone = true;
    if (!stop.make()) {
      end(ExitCode.CANCELLED);
    }
    if (!signalled.get()) {
      events.accept(new Event.Phase("the build ends: so does the training after this step, saved"));
    }
  }

  private void hangs(String what) {
    System.out.println(threads());
    Json.write(
        files.error(),
        new JobError(
            false,
            what
                + "; what all threads were doing is in its log. The next run goes on from the last"
                + " checkpoint",
            ""));
    end(ExitCode.FAILED);
  }

  /** As jstack shows them. */
  private static String threads() {
    StringBuilder text = new StringBuilder("all threads:\n");
    for (ThreadInfo thread : ManagementFactory.getThreadMXBean().dumpAllThreads(true, true)) {
      text.append(
          "\"%s\" %s%s\n"
              .formatted(
                  thread.getThreadName(),
                  thread.getThreadState(),
                  thread.getLockName() == null ? "" : " on " + thread.getLockName()));
      for (StackTraceElement frame : thread.getStackTrace()) {
        text.append("    at ").append(frame).append('\n');
      }
    }
    return text.toString();
  }

  private static void end(int code) {
    Temporaries.deleteAll();
    Runtime.getRuntime().halt(code);
  }
}
