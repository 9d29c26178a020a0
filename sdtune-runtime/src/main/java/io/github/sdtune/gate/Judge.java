package io.github.sdtune.gate;

import io.github.sdtune.metric.Direction;
import io.github.sdtune.metric.Metric;
import io.github.sdtune.metric.MetricCatalog;
import io.github.sdtune.metric.MetricDefinition;
import io.github.sdtune.metric.Metrics;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Judges one gate after the other. Limits are computed in decimals, so that 0.7 is not worse than
 * 0.8 by more than 0.1; all of them are inclusive.
 */
final class Judge {
  private final Metrics now;
  private final Optional<Baseline> baseline;
  private final List<String> differences;

  Judge(Metrics now, Optional<Baseline> baseline) {
    this.now = now;
    this.baseline = baseline;
    this.differences =
        baseline
            .map(it -> Fingerprints.differences(it.metrics().fingerprint(), now.fingerprint()))
            .orElse(List.of());
  }

  Judgement judge(Gate gate) {
    Direction direction =
        MetricCatalog.find(gate.metric())
            .map(MetricDefinition::direction)
            .orElseThrow(() -> new IllegalStateException("an unchecked gate: " + gate));
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
    } else {
      gate.minimum().ifPresent(findings::minimum);
      gate.maximum().ifPresent(findings::maximum);
      gate.maxRegression().ifPresent(allowance -> regression(findings, allowance));
    }
    return findings.judgement();
  }

  private String measuredInstead(String name) {
    List<String> near = MetricCatalog.nearMisses(name, now.tuned().keySet());
    return near.isEmpty() ? "" : " (what was: " + String.join(", ", near) + ")";
  }

  private void regression(Findings findings, Allowance allowance) {
    String name = findings.gate.metric();
    if (baseline.isEmpty()) {
      findings.unchecked = true;
      findings.messages.add(
          name + " was not compared with anything, as there is no baseline: regression unchecked");
      return;
    }
    String version = baseline.get().version();
    Metric before = findings.before;
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
    } else if (allowance.percent() && before.value() == 0) {
      findings.fail(
          name
              + " is 0 in "
              + version
              + ", and "
              + allowance
              + " of nothing is nothing: give <maxRegression> as a number in the metric's unit");
    } else {
      findings.regression(allowance, version);
    }
  }

  /** What was found about one gate. */
  private static final class Findings {
    private final Gate gate;
    private final Direction direction;
    private final Metric metric;
    private final Metric before;
    private final List<String> messages = new ArrayList<>();
    private Optional<BigDecimal> lowest = Optional.empty();
    private Optional<BigDecimal> highest = Optional.empty();
    private boolean compared;
    private boolean failed;
    private boolean incomparable;
    private boolean unchecked;

    Findings(Gate gate, Direction direction, Metric metric, Metric before) {
      this.gate = gate;
      this.direction = direction;
      this.metric = metric;
      this.before = before;
    }

    void fail(String message) {
      failed = true;
      messages.add(message);
    }

    void incomparable(String message) {
      incomparable = true;
      messages.add(message);
    }

    void minimum(double minimum) {
      BigDecimal limit = BigDecimal.valueOf(minimum);
      if (isBelow(limit)) {
        fail(
            gate.metric()
                + " is "
                + Rounded.of(now(), limit).value()
                + ", below the minimum "
                + minimum);
      }
    }

    void maximum(double maximum) {
      BigDecimal limit = BigDecimal.valueOf(maximum);
      if (isAbove(limit)) {
        fail(
            gate.metric()
                + " is "
                + Rounded.of(now(), limit).value()
                + ", above the maximum "
                + maximum);
      }
    }

    void regression(Allowance allowance, String version) {
      compared = true;
      BigDecimal baseline = BigDecimal.valueOf(before.value());
      BigDecimal allowed = allowance.of(baseline);
      boolean lowerIsBetter = direction == Direction.LOWER;
      BigDecimal limit = lowerIsBetter ? baseline.add(allowed) : baseline.subtract(allowed);
      if (lowerIsBetter ? isAbove(limit) : isBelow(limit)) {
        String worse =
            allowance.amount().signum() == 0 ? "worse" : "more than " + allowance + " worse";
        Rounded shown = Rounded.of(now(), limit);
        fail(
            "%s is %s, %s than %s of %s (allowed %s)"
                .formatted(
                    gate.metric(),
                    shown.value(),
                    worse,
                    Decimals.format(before.value()),
                    version,
                    shown.limit()));
      }
    }

    private boolean isAbove(BigDecimal limit) {
      highest = Optional.of(highest.map(limit::min).orElse(limit));
      return now().compareTo(limit) > 0;
    }

    private boolean isBelow(BigDecimal limit) {
      lowest = Optional.of(lowest.map(limit::max).orElse(limit));
      return now().compareTo(limit) < 0;
    }

    private BigDecimal now() {
      return BigDecimal.valueOf(metric.value());
    }

    Judgement judgement() {
      return new Judgement(
          gate,
          Optional.of(direction),
          Optional.ofNullable(before).map(Metric::value),
          Optional.ofNullable(metric).map(Metric::value),
          compared ? Optional.of(metric.value() - before.value()) : Optional.empty(),
          lowest,
          highest,
          status(),
          Printable.line(String.join("; ", messages)));
    }

    private Status status() {
      if (failed) {
        return gate.severity() == Severity.ERROR ? Status.FAIL : Status.WARN;
      }
      if (incomparable) {
        return Status.INCOMPARABLE;
      }
      return unchecked ? Status.UNCHECKED : Status.PASS;
    }
  }
}
