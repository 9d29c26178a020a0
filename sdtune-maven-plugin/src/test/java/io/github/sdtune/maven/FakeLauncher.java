package io.github.sdtune.maven;

import io.github.sdtune.io.Json;
import io.github.sdtune.job.Event;
import io.github.sdtune.job.FindLearningRateJob;
import io.github.sdtune.job.Goal;
import io.github.sdtune.job.Inputs;
import io.github.sdtune.job.Job;
import io.github.sdtune.job.JobResult;
import io.github.sdtune.job.Outputs;
import io.github.sdtune.job.PlanJob;
import io.github.sdtune.job.Request;
import io.github.sdtune.job.Stamp;
import io.github.sdtune.job.TuneJob;
import io.github.sdtune.maven.launch.WorkerException;
import io.github.sdtune.maven.launch.WorkerLauncher;
import io.github.sdtune.maven.launch.WorkerSettings;
import io.github.sdtune.method.Published;
import io.github.sdtune.metric.Metric;
import io.github.sdtune.metric.MetricCatalog;
import io.github.sdtune.metric.Metrics;
import io.github.sdtune.plan.CostEstimate;
import io.github.sdtune.search.Halving.Slice;
import io.github.sdtune.search.Ledger;
import io.github.sdtune.search.RangeTest;
import io.github.sdtune.train.Trainer.End;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.maven.plugin.logging.Log;

/** In the place of a worker: writes what one would write, or fails as one would. */
final class FakeLauncher extends WorkerLauncher {
  /** An hour and a minute. */
  static final CostEstimate COST =
      new CostEstimate("cpu", Optional.of(6_050_000_000L), 30, 30, 4, 750, 100, 6, List.of());

  final List<Job> jobs = new ArrayList<>();
  final List<Request> requests = new ArrayList<>();
  double loss = 0.25;
  double baseLoss = 0.25;
  boolean trialsDiverge;
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
    if (request instanceof TuneJob search) {
      search(search);
    }
    if (request instanceof FindLearningRateJob asked) {
      Json.write(asked.outputs().rangeTest(), rangeTest(asked));
    }
    if (request instanceof PlanJob asked) {
      Json.write(asked.outputs().costEstimate(), COST);
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

  /** A loss that falls in the middle of the range, and rises at its end. */
  RangeTest rangeTest(FindLearningRateJob asked) {
    RangeTest test = RangeTest.of(asked.settings(), 1);
    while (!test.over()) {
      int i = test.points().size();
      test = test.with(1 - 0.01 * Math.max(0, Math.min(20, i - 20)) + 0.1 * Math.max(0, i - 45));
    }
    return test;
  }

  /** Trains until the search is over; trial 2 is the best, unless all diverge. */
  private void search(TuneJob search) {
    Ledger ledger = search.ledger();
    while (ledger.halving().next().isPresent()) {
      Slice slice = ledger.halving().next().get();
      SortedMap<Integer, Double> curve = new TreeMap<>(slice.trial().curve());
      curve.put(slice.until(), 0.1 + Math.abs(slice.trial().number() - 2));
      boolean whole = slice.until() == search.trials().get(0).training().maxSteps();
      End end = trialsDiverge ? End.DIVERGED : whole ? End.ALL_STEPS_DONE : End.PAUSED;
      ledger = ledger.with(slice.trial().with(slice.until(), end, curve), 1);
    }
    Json.write(search.outputs().tuneLedger(), ledger);
  }

  private Metrics metrics(Job job) {
    return new Metrics(
        Metrics.VERSION,
        job.artifact(),
        Map.of("seed", "0"),
        metrics(baseLoss),
        metrics(loss + 1e-9 * job.evaluation().seed()),
        Map.of(),
        Map.of(),
        List.of(),
        Optional.empty());
  }

  private static Map<String, Metric> metrics(double loss) {
    return Map.of(
        "validation.loss", MetricCatalog.metric("validation.loss", loss),
        "classification.macroF1", MetricCatalog.metric("classification.macroF1", 0.1));
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
