package io.github.sdtune.maven;

import io.github.sdtune.job.BaseModel;
import io.github.sdtune.job.Event;
import io.github.sdtune.job.Job;
import io.github.sdtune.maven.artifact.BaseModelReference;
import io.github.sdtune.maven.artifact.BaseModelResolver;
import io.github.sdtune.maven.artifact.Repositories;
import io.github.sdtune.maven.launch.JavaExecutable;
import io.github.sdtune.maven.launch.WorkerException;
import io.github.sdtune.maven.launch.WorkerLauncher;
import io.github.sdtune.maven.launch.WorkerSettings;
import io.github.sdtune.maven.progress.ProgressLog;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import javax.inject.Inject;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.logging.Log;

/** What the goals have in common: bring the base model, run a worker if anything changed. */
public class GoalRunner {
  private final BaseModelResolver baseModels;
  private final JavaExecutable java;
  private final WorkerLauncher launcher;

  @Inject
  public GoalRunner(BaseModelResolver baseModels, JavaExecutable java, WorkerLauncher launcher) {
    this.baseModels = baseModels;
    this.java = java;
    this.launcher = launcher;
  }

  BaseModel baseModel(
      BaseModelReference reference, Repositories repositories, Path cache, Log log) {
    return baseModels.resolve(reference, repositories, cache, log);
  }

  Path java(MavenSession session) {
    return java.find(session);
  }

  /** Runs a worker unless all that the job would make is there and as it would be made now. */
  void runIfStale(Job job, WorkerSettings settings, Optional<PrintStream> terminal, Log log)
      throws WorkerException {
    String goal = job.goal().json();
    Optional<String> why = UpToDate.stale(job);
    if (why.isEmpty()) {
      log.info(goal + ": up to date, nothing changed since " + UpToDate.since(job));
      return;
    }
    log.info(goal + ": runs because " + why.get());
    try (ProgressLog progress = new ProgressLog(log, terminal)) {
      // The worker finds the same reason, which need not be said twice.
      Event said = new Event.Phase(goal + ": " + why.get());
      Consumer<Event> events =
          event -> {
            if (!event.equals(said)) {
              progress.accept(event);
            }
          };
      launcher.run(job, settings, events, log);
    }
  }
}
