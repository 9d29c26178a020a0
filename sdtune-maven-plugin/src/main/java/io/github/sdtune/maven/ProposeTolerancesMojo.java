package io.github.sdtune.maven;

import io.github.sdtune.gate.Decimals;
import io.github.sdtune.gate.Gate;
import io.github.sdtune.io.Sha256;
import io.github.sdtune.io.TextTable;
import io.github.sdtune.job.Goal;
import io.github.sdtune.job.Job;
import io.github.sdtune.job.Outputs;
import io.github.sdtune.maven.launch.WorkerException;
import io.github.sdtune.metric.Metric;
import io.github.sdtune.metric.SeedSpread;
import io.github.sdtune.search.Snippet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.inject.Inject;
import org.apache.commons.io.file.PathUtils;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Proposes a {@code maxRegression} for each gate: measures the tuned model under several seeds of
 * the evaluation, and tolerates three standard deviations of what comes out. Nothing is judged.
 *
 * @since 0.1.0
 */
@Mojo(name = "propose-tolerances", threadSafe = true, configurator = StrictConfigurator.NAME)
public class ProposeTolerancesMojo extends AbstractTrainingMojo {
  private static final int FEWEST = 3;

  /** Pictures are drawn by seeds that count up: those of two measurements do not meet. */
  private static final long DISTANCE = 1_000_000;

  /**
   * Seeds to measure under, the one in the POM being the first; at least 3.
   *
   * @since 0.1.0
   */
  @Parameter(property = "sdtune.seeds", defaultValue = "5")
  private int seeds;

  @Inject
  public ProposeTolerancesMojo(GoalRunner runner) {
    super("propose-tolerances", Goal.EVALUATE, runner);
  }

  @Override
  boolean skipGoal() {
    return false;
  }

  @Override
  void executeGoal() throws WorkerException {
    Findings findings = findings();
    findings.require(
        seeds >= FEWEST,
        "<seeds>: found %d, expected at least %d, to tell how far they are apart"
            .formatted(seeds, FEWEST));
    Settings settings = settings(findings);
    Job job = job(settings);
    run(job, settings);
    List<Map<String, Metric>> measured = new ArrayList<>(List.of(tuned(job)));
    for (int number = 1; number < seeds; number++) {
      getLog().info("seed %d of %d".formatted(number + 1, seeds));
      Job other =
          job.withEvaluation(job.evaluation().withSeedsAfter(number * DISTANCE))
              .of(job.artifact(), job.outputs().underSeed(number).directory());
      forgetIfForced(other.outputDirectory());
      bring(job.outputs(), other);
      runIfStale(other, settings);
      measured.add(tuned(other));
    }
    show(SeedSpread.of(measured), settings.gates());
  }

  private static Map<String, Metric> tuned(Job job) {
    return measured(job).tuned();
  }

  /** What was measured of these very weights under that seed remains. */
  private static void bring(Outputs trained, Job other) {
    Path weights = other.outputs().weights();
    try {
      boolean same =
          Files.exists(weights)
              && Sha256.ofFolder(weights).equals(Sha256.ofFolder(trained.weights()));
      if (!same) {
        UpToDate.forget(other.outputDirectory());
        Files.createDirectories(weights);
        PathUtils.copyDirectory(trained.weights(), weights);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    stampAsTrained(other);
  }

  private void show(List<SeedSpread> spreads, List<Gate> gates) {
    TextTable table = new TextTable("metric", "mean", "standard deviation", "proposed");
    spreads.forEach(
        spread ->
            table.row(
                spread.metric(),
                Decimals.format(spread.mean()),
                Decimals.format(spread.standardDeviation()),
                spread.tolerance().toPlainString()));
    table.lines(1, 2, 3).forEach(getLog()::info);
    getLog()
        .info(
            "proposed: %d standard deviations of one model under %d seeds of the evaluation; models"
                .formatted(SeedSpread.STANDARD_DEVIATIONS, seeds));
    getLog().info("trained under other seeds vary more. For the gates that limit a regression:");
    Set<String> limited =
        gates.stream()
            .filter(gate -> gate.maxRegression().isPresent())
            .map(Gate::metric)
            .collect(Collectors.toSet());
    spreads.stream()
        .filter(spread -> limited.contains(spread.metric()))
        .forEach(
            spread -> {
              Map<String, String> gate = new LinkedHashMap<>();
              gate.put("metric", spread.metric());
              gate.put("maxRegression", spread.tolerance().toPlainString());
              Snippet.of(gate).forEach(line -> getLog().info("  " + line));
            });
  }
}
