package io.github.sdtune.gate;

import io.github.sdtune.io.NearMisses;
import io.github.sdtune.metric.Direction;
import io.github.sdtune.metric.Metric;
import io.github.sdtune.metric.MetricCatalog;
import io.github.sdtune.metric.MetricDefinition;
import io.github.sdtune.metric.Metrics;
import java.util.List;
import java.util.Optional;

/** Judges one gate after the other. */
final class Judge {
  private final Metrics now;
  private final Optional<Baseline> baseline;
  private final AcceptedRegressions accepted;

  Judge(Metrics now, Optional<Baseline> baseline, AcceptedRegressions accepted) {
    this.now = now;
    this.baseline = baseline;
    this.accepted = accepted;
  }

  Judgement judge(Gate gate) {
    MetricDefinition definition =
        MetricCatalog.find(gate.metric())
            .orElseThrow(() -> new IllegalStateException("an unchecked gate: " + gate));
    Direction direction = definition.direction();
    Metric metric = now.tuned().get(gate.metric());
    Metric before = baseline.map(it -> it.metrics().tuned().get(gate.metric())).orElse(null);
    Findings findings = new Findings(gate, direction, metric, before);
    if (metric == null) {
      findings.fail(gate.metric() + " was not measured" + measuredInstead(gate.metric()));
    } else if (!Double.isFinite(metric.value())) {
      findings.fail(
          gate.metric() + " is " + Decimals.format(metric.value()) + ", which no gate lets pass");
    } else if (metric.direction() != direction) {
      findings.fail(
          gate.metric()
              + " was measured as better when "
              + metric.direction().json()
              + ", but is better when "
              + direction.json());
    } else if (metric.sample().orElse(0) < definition.minimumSample()) {
      findings.fail(
          "%s was measured on %d pictures, too few to be judged by; expected at least %d"
              .formatted(gate.metric(), metric.sample().orElse(0), definition.minimumSample()));
    } else {
      gate.minimum().ifPresent(findings::minimum);
      gate.maximum().ifPresent(findings::maximum);
      if (gate.compares()) {
        regression(findings);
      }
    }
    return findings.judgement();
  }

  private String measuredInstead(String name) {
    List<String> near = NearMisses.of(name, now.tuned().keySet());
    return near.isEmpty() ? "" : " (what was: " + String.join(", ", near) + ")";
  }

  private void regression(Findings findings) {
    Gate gate = findings.gate;
    String name = gate.metric();
    if (baseline.isEmpty()) {
      findings.unchecked(
          name + " was not compared with anything, as there is no baseline: regression unchecked");
      return;
    }
    String version = baseline.get().version();
    Metric before = findings.before;
    List<String> differences =
        Fingerprints.differences(name, baseline.get().metrics().fingerprint(), now.fingerprint());
    if (!differences.isEmpty()) {
      findings.incomparable(
          name + " cannot be compared with " + version + ": " + String.join(", ", differences));
    } else if (before == null) {
      findings.fail(name + " is not in the metrics of " + version + " to compare with");
    } else if (before.direction() != findings.direction) {
      findings.incomparable(
          name + " cannot be compared with " + version + ": there, the other way is better");
    } else if (!Double.isFinite(before.value())) {
      findings.fail(
          name
              + " cannot be compared with "
              + version
              + ", where it is "
              + Decimals.format(before.value()));
    } else if (before.value() == 0 && gate.maxRegression().filter(Allowance::percent).isPresent()) {
      findings.fail(
          name
              + " is 0 in "
              + version
              + ", and "
              + gate.maxRegression().get()
              + " of nothing is nothing: give <maxRegression> as a number in the metric's unit");
    } else {
      gate.maxRegression()
          .ifPresent(allowance -> findings.regression(allowance, version, accepted.of(name)));
      gate.maxItemRegression()
          .ifPresent(allowance -> findings.itemRegression(allowance, version, now.names()));
    }
  }
}
