package io.github.sdtune.maven;

import io.github.sdtune.io.Json;
import io.github.sdtune.job.Event;
import io.github.sdtune.job.Goal;
import io.github.sdtune.job.Inputs;
import io.github.sdtune.job.Job;
import io.github.sdtune.job.JobResult;
import io.github.sdtune.job.Outputs;
import io.github.sdtune.job.Request;
import io.github.sdtune.job.Stamp;
import io.github.sdtune.maven.launch.WorkerException;
import io.github.sdtune.maven.launch.WorkerLauncher;
import io.github.sdtune.maven.launch.WorkerSettings;
import io.github.sdtune.method.Published;
import io.github.sdtune.metric.Metric;
import io.github.sdtune.metric.MetricCatalog;
import io.github.sdtune.metric.Metrics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.maven.plugin.logging.Log;

/** In the place of a worker: writes what one would write, or fails as one would. */
final class FakeLauncher extends WorkerLauncher {
  final List<Job> jobs = new ArrayList<>();
  final List<Request> requests = new ArrayList<>();
  double loss = 0.25;
  RuntimeException mistake;
  WorkerException breakdown;

  @Override
  public JobResult run(Request request, WorkerSettings settings, Consumer<Event> events, Log log)
      throws WorkerException {
    requests.add(request);
    if (request instanceof Job job) {
      jobs.add(job);
    }
    if (mistake != null) {
      throw mistake;
    }
    if (breakdown != null) {
      throw breakdown;
    }
    if (!(request instanceof Job job)) {
      return new JobResult(request.name(), List.of(), List.of());
    }
    Outputs outputs = job.outputs();
    make(job, Goal.PREPARE_DATASET, outputs.manifest(), "{}");
    for (Published file : job.training().method().published()) {
      make(job, Goal.FINE_TUNE, outputs.weights().resolve(file.file()), "weights");
    }
    make(job, Goal.EVALUATE, outputs.metrics(), Json.line(metrics(job)));
    return new JobResult(job.name(), List.of(), List.of());
  }

  private Metrics metrics(Job job) {
    Map<String, Metric> metrics =
        Map.of(
            "validation.loss", MetricCatalog.metric("validation.loss", loss),
            "classification.macroF1", MetricCatalog.metric("classification.macroF1", 0.1));
    return new Metrics(
        Metrics.VERSION,
        job.artifact(),
        Map.of("seed", "0"),
        metrics,
        metrics,
        Map.of(),
        Map.of(),
        List.of(),
        Optional.empty());
  }

  private static void make(Job job, Goal goal, Path output, String content) {
    if (goal.compareTo(job.goal()) > 0) {
      return;
    }
    try {
      Files.createDirectories(output.getParent());
      Files.writeString(output, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Json.write(
        job.outputs().stamp(goal),
        Stamp.of(Inputs.of(job.withGoal(goal)), job.outputDirectory(), List.of(output)));
  }
}
