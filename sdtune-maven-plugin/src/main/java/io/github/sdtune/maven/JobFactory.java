package io.github.sdtune.maven;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.evaluate.AtValidations;
import io.github.sdtune.gate.Gate;
import io.github.sdtune.gate.Gates;
import io.github.sdtune.job.Goal;
import io.github.sdtune.maven.artifact.BaseModelReference;
import io.github.sdtune.maven.parameters.BaselineChoice;
import io.github.sdtune.maven.parameters.GateParameters;
import io.github.sdtune.maven.parameters.Overrides;
import io.github.sdtune.maven.parameters.Sources;
import io.github.sdtune.train.Safeguards;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
   * @param findings that there are already, which belong into the same message
   * @throws SdtuneException with all findings
   */
  static Settings settings(
      Goal goal, Configuration pom, Path basedir, Properties userProperties, Findings findings) {
    Overrides parsed = findings.check(() -> Overrides.of(userProperties));
    Overrides overrides = parsed == null ? Overrides.NONE : parsed;
    var baseModel = findings.check(() -> BaseModelReference.parse(pom.baseModel(), basedir));
    Sources sources = new Sources(pom.written(), overrides);
    var dataset = findings.check(() -> pom.dataset().settings(sources));
    var training = findings.check(() -> pom.training().settings(overrides, sources));
    Safeguards safeguards = findings.check(() -> pom.training().safeguards(pom.resumeFrom()));
    var evaluation = findings.check(() -> pom.evaluation().settings(sources));
    if (dataset != null && training != null) {
      training
          .priorPreservation()
          .ifPresent(prior -> findings.addAll(prior.contradictions(dataset)));
    }
    if (training != null && evaluation != null) {
      AtValidations.finding(training.earlyStopping().metric(), evaluation)
          .ifPresent(finding -> findings.addAll(List.of(finding)));
    }
    List<Gate> gates = gates(goal, pom.gates(), findings);
    if (evaluation != null) {
      findings.addAll(OptInMetrics.findings(gates, evaluation));
    }
    BaselineChoice baseline = findings.check(() -> pom.baseline().choice(overrides));
    Optional<Duration> timeout = pom.worker().check(findings);
    findings.done();
    return new Settings(
        baseModel,
        dataset,
        training,
        evaluation,
        gates,
        baseline,
        pom.worker().device(),
        timeout,
        sources.configuration(),
        safeguards);
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
}
