package io.github.sdtune.maven;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.gate.Gate;
import io.github.sdtune.gate.Gates;
import io.github.sdtune.job.Goal;
import io.github.sdtune.maven.artifact.BaseModelReference;
import io.github.sdtune.maven.parameters.BaselineChoice;
import io.github.sdtune.maven.parameters.GateParameters;
import io.github.sdtune.maven.parameters.Overrides;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;

/** Turns what users write into settings, and finds everything that is wrong with it. */
final class JobFactory {
  private JobFactory() {}

  /**
   * Checks everything; nothing is resolved or read yet.
   *
   * @param goal {@link Goal#EVALUATE} demands gates; the others check those that are there
   * @param unknown sentences about unknown elements, which belong into the same message
   * @throws SdtuneException with all findings
   */
  static Settings settings(
      Goal goal, Configuration pom, Path basedir, Properties userProperties, List<String> unknown) {
    Findings findings = new Findings();
    findings.addAll(unknown);
    Overrides parsed = findings.check(() -> Overrides.of(userProperties));
    Overrides overrides = parsed == null ? Overrides.NONE : parsed;
    var baseModel = findings.check(() -> BaseModelReference.parse(pom.baseModel(), basedir));
    var dataset = findings.check(pom.dataset()::settings);
    var training = findings.check(() -> pom.training().settings(overrides));
    var evaluation = findings.check(pom.evaluation()::settings);
    List<Gate> gates = gates(goal, pom.gates(), findings);
    BaselineChoice baseline = findings.check(() -> pom.baseline().choice(overrides));
    Optional<Duration> timeout = findings.check(() -> timeout(pom.timeout()));
    findings.require(
        pom.device().matches("auto|cpu|gpu(:[0-9]+)?"),
        "<device>: found " + pom.device() + ", expected auto, cpu, gpu or gpu:1");
    findings.require(
        pom.threads() == null || pom.threads() >= 1,
        "<threads>: found " + pom.threads() + ", expected at least 1");
    findings.require(
        pom.maxHeap() == null || pom.maxHeap().matches("[0-9]+[kKmMgG]?"),
        "<maxHeap>: found " + pom.maxHeap() + ", expected a size such as 2g");
    findings.done();
    return new Settings(
        baseModel, dataset, training, evaluation, gates, baseline, pom.device(), timeout);
  }

  private static List<Gate> gates(Goal goal, List<GateParameters> parameters, Findings findings) {
    List<Gate> gates =
        parameters.stream()
            .map(gate -> findings.check(gate::gate))
            .filter(Objects::nonNull)
            .toList();
    boolean noneWritten = parameters.isEmpty() && goal == Goal.EVALUATE;
    if (noneWritten || !gates.isEmpty()) {
      findings.addAll(Gates.findings(gates));
    }
    return gates;
  }

  /** Parses {@code 90m} or {@code 1h30m}. */
  private static Optional<Duration> timeout(String text) {
    if (text == null) {
      return Optional.empty();
    }
    try {
      Duration timeout = Duration.parse("PT" + text.strip().toUpperCase(Locale.ROOT));
      if (!timeout.isNegative() && !timeout.isZero()) {
        return Optional.of(timeout);
      }
    } catch (DateTimeParseException e) {
      // Refused below.
    }
    throw new SdtuneException("<timeout>: found " + text + ", expected such as 90m or 1h30m");
  }
}
