package io.github.sdtune.maven.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.job.Event;
import io.github.sdtune.job.Goal;
import io.github.sdtune.job.Job;
import io.github.sdtune.job.JobResult;
import io.github.sdtune.job.WorkerFiles;
import io.github.sdtune.maven.RecordingLog;
import io.github.sdtune.maven.TestJobs;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.commons.io.file.PathUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class WorkerLauncherTest {
  @TempDir Path folder;

  private final List<Event> events = new CopyOnWriteArrayList<>();
  private final RecordingLog log = new RecordingLog();
  private Job job;
  private WorkerFiles files;

  @BeforeEach
  void setUp() throws IOException {
    job = TestJobs.job(Goal.FINE_TUNE, folder);
    files = job.files();
  }

  private JobResult run(String behaviour) throws WorkerException {
    return run(FakeWorkers.settings(behaviour, folder));
  }

  private JobResult run(WorkerSettings settings) throws WorkerException {
    return new WorkerLauncher().run(job, settings, events::add, log);
  }

  @Test
  void returnsTheResultAndPassesEventsOn() throws Exception {
    assertThat(run("answers").done()).containsExactly("trained");
    assertThat(events).containsExactly(new Event.Phase("größer"));
  }

  @Test
  void chatterGoesToTheLogFileAndToDebugOnly() throws Exception {
    run("answers");
    assertThat(Files.readString(files.log()))
        .contains("chatter of a native", "@sdtune {broken", "größer");
    assertThat(log.lines).contains("DEBUG worker: chatter of a native");
    assertThat(log.lines).noneMatch(line -> line.startsWith("INFO"));
  }

  @Test
  void setsAllocatorAndThreadsOfTheWorker() throws Exception {
    run("answers");
    assertThat(Files.readString(files.log())).contains("environment 67108864 3");
  }

  @Test
  void classPathMayHaveSpacesQuotesAndUmlauts() throws Exception {
    Path classes = folder.resolve("class path");
    PathUtils.copyDirectory(FakeWorkers.testClasses(), classes);
    WorkerSettings settings = FakeWorkers.settings("answers", folder, classes, Optional.empty());
    assertThat(run(settings).name()).isEqualTo("fine-tune");
  }

  @Test
  void aMistakeOfTheUserComesWithItsMessageAlone() {
    assertThatThrownBy(() -> run("mistake"))
        .isInstanceOf(SdtuneException.class)
        .hasMessage("a.png: no caption\nb.png: no caption");
  }

  @Test
  void aBreakdownNamesTheLogThatHasTheStackTrace() throws Exception {
    assertThatThrownBy(() -> run("breaks"))
        .isInstanceOf(WorkerException.class)
        .hasMessageContainingAll("IllegalStateException: oh", files.log().toString())
        .hasMessageNotContaining("at Somewhere");
    assertThat(Files.readString(files.log())).contains("at Somewhere");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2   | could not read its request
          3   | ran out of Java heap: give it more with <maxHeap>
          77  | ended with exit code 77
          130 | was stopped from outside (exit code 130)
          134 | crashed in native code (exit code 134)
          137 | was killed (exit code 137): most often by the system because memory ran out
          139 | crashed in native code (exit code 139)
          143 | was stopped from outside (exit code 143)
          """)
  void explainsExitCodes(String code, String explanation) {
    assertThatThrownBy(() -> run(code))
        .isInstanceOf(WorkerException.class)
        .hasMessageContainingAll(explanation, files.log().toString());
  }

  @Test
  void exitZeroWithoutAResultIsAnError() {
    assertThatThrownBy(() -> run("silent"))
        .isInstanceOf(WorkerException.class)
        .hasMessageContainingAll("ended without a result", "bye");
  }

  @Test
  void aResultOfAnEarlierWorkerIsNotTakenForThisOnes() throws Exception {
    run("answers");
    assertThatThrownBy(() -> run("silent")).isInstanceOf(WorkerException.class);
    assertThat(files.result()).doesNotExist();
  }

  @Test
  void stopsAWorkerThatTakesTooLong() {
    WorkerSettings settings =
        FakeWorkers.settings(
            "sleeps", folder, FakeWorkers.testClasses(), Optional.of(Duration.ofSeconds(1)));
    assertThatThrownBy(() -> run(settings))
        .isInstanceOf(WorkerException.class)
        .hasMessageContaining("was stopped after <timeout> 1s");
    assertThat(ProcessHandle.current().children().filter(this::isFakeWorker)).isEmpty();
  }

  private boolean isFakeWorker(ProcessHandle process) {
    return process.info().commandLine().filter(c -> c.contains(folder.toString())).isPresent();
  }

  @Test
  void anInterruptKillsTheWorkerAndStaysKnown() throws Exception {
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    Thread build =
        new Thread(
            () -> {
              try {
                run("waits");
              } catch (WorkerException e) {
                thrown.complete(e);
              }
              interrupted.complete(Thread.currentThread().isInterrupted());
            });
    build.start();
    ProcessHandle worker = worker(files);
    build.interrupt();
    assertThat(thrown.get(20, TimeUnit.SECONDS)).hasMessageContaining("interrupted");
    assertThat(interrupted.get(20, TimeUnit.SECONDS)).isTrue();
    assertThat(worker.isAlive()).isFalse();
  }

  @Test
  void theWorkerDiesWithAParentThatIsKilled() throws Exception {
    Process parent =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                LauncherMain.class.getName(),
                folder.toString())
            .inheritIO()
            .start();
    ProcessHandle worker = worker(files);
    assertThat(worker.isAlive()).isTrue();
    parent.destroyForcibly().waitFor();
    assertThat(worker.onExit().get(20, TimeUnit.SECONDS).isAlive()).isFalse();
  }

  /** Waits for the worker's file with its process id. */
  private static ProcessHandle worker(WorkerFiles files) throws Exception {
    Path pid = files.directory().resolve("pid");
    while (!Files.exists(pid) || Files.size(pid) == 0) {
      Thread.sleep(50);
    }
    return ProcessHandle.of(Long.parseLong(Files.readString(pid))).orElseThrow();
  }

  @Test
  void waitsForAnotherTrainingAndSaysSo() throws Exception {
    WorkerSettings settings = FakeWorkers.settings("answers", folder);
    Files.createDirectories(settings.lock().getParent());
    try (FileChannel channel =
        FileChannel.open(settings.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      FileLock lock = channel.lock();
      CompletableFuture<JobResult> run =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return run(settings);
                } catch (WorkerException e) {
                  throw new IllegalStateException(e);
                }
              });
      while (log.lines.stream()
          .noneMatch(l -> l.startsWith("INFO waiting for another run of sdtune"))) {
        Thread.sleep(20);
      }
      assertThat(files.request()).doesNotExist();
      lock.release();
      assertThat(run.get(20, TimeUnit.SECONDS).done()).containsExactly("trained");
    }
  }
}
