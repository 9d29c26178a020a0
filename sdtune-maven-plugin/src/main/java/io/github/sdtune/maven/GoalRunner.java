package io.github.sdtune.maven;

import io.github.sdtune.evaluate.FeatureModel;
import io.github.sdtune.job.BaseModel;
import io.github.sdtune.job.Event;
import io.github.sdtune.job.Job;
import io.github.sdtune.job.Request;
import io.github.sdtune.maven.artifact.BaseModelReference;
import io.github.sdtune.maven.artifact.BaseModelResolver;
import io.github.sdtune.maven.artifact.FeatureNetworkResolver;
import io.github.sdtune.maven.artifact.Repositories;
import io.github.sdtune.maven.artifact.SingleFileOptions;
import io.github.sdtune.maven.artifact.UntrainedParts;
import io.github.sdtune.maven.launch.JavaExecutable;
import io.github.sdtune.maven.launch.WorkerException;
import io.github.sdtune.maven.launch.WorkerLauncher;
import io.github.sdtune.maven.launch.WorkerSettings;
import io.github.sdtune.maven.progress.ProgressLog;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import javax.inject.Inject;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.logging.Log;

/** What the goals have in common: bring the base model, run a worker if anything changed. */
public class GoalRunner {
  private final BaseModelResolver baseModels;
  private final FeatureNetworkResolver featureNetworks;
  private final JavaExecutable java;
  private final WorkerLauncher launcher;

  @Inject
  public GoalRunner(
      BaseModelResolver baseModels,
      FeatureNetworkResolver featureNetworks,
      JavaExecutable java,
      WorkerLauncher launcher) {
    this.baseModels = baseModels;
    this.featureNetworks = featureNetworks;
    this.java = java;
    this.launcher = launcher;
  }

  BaseModel baseModel(
      BaseModelReference reference,
      SingleFileOptions options,
      UntrainedParts untrained,
      Repositories repositories,
      Path cache,
      Log log) {
    return baseModels.resolve(reference, options, untrained, repositories, cache, log);
  }

  FeatureModel featureNetwork(
      FeatureNetworkResolver.Kind kind,
      FeatureModel named,
      Path basedir,
      Repositories repositories,
      Path cache) {
    return featureNetworks.resolve(kind, named, basedir, repositories, cache);
  }

  BaseModel unpacked(String name, Path zip, Path cache) {
    return baseModels.unpacked(name, zip, cache);
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
    // The worker finds the same reason, which need not be said twice.
    Event said = new Event.Phase(goal + ": " + why.get());
    run(job, settings, terminal, log, event -> !event.equals(said));
  }

  /** Has a worker do what is asked. */
  void run(Request request, WorkerSettings settings, Optional<PrintStream> terminal, Log log)
      throws WorkerException {
    run(request, settings, terminal, log, event -> true);
  }

  private void run(
      Request request,
      WorkerSettings settings,
      Optional<PrintStream> terminal,
      Log log,
      Predicate<Event> shown)
      throws WorkerException {
    try (ProgressLog progress = new ProgressLog(log, terminal)) {
      Consumer<Event> events =
          event -> {
            if (shown.test(event)) {
              progress.accept(event);
            }
          };
      launcher.run(request, settings, events, log);
    }
  }
}
