package io.github.sdtune.gate;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.metric.Direction;
import io.github.sdtune.metric.MetricCatalog;
import io.github.sdtune.metric.MetricDefinition;
import io.github.sdtune.metric.Metrics;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Checks what the user asked for, and judges a model by it. */
public final class Gates {
  private Gates() {}

  /**
   * Checks the configuration.
   *
   * @throws SdtuneException with all that is wrong, one finding a line
   */
  public static void check(List<Gate> gates) {
    List<String> findings = findings(gates);
    if (!findings.isEmpty()) {
      throw new SdtuneException(String.join("\n", findings));
    }
  }

  /** All that is wrong with the configuration, a sentence each. */
  public static List<String> findings(List<Gate> gates) {
    if (gates.isEmpty()) {
      return List.of(
          "<gates>: there is none, so that any model would pass; add one, such as"
              + " <gate><metric>validation.loss</metric><maxRegression>2%</maxRegression></gate>");
    }
    List<String> findings = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < gates.size(); i++) {
      Gate gate = gates.get(i);
      String place = "<gate> " + (i + 1);
      if (gate.metric() == null || gate.metric().isBlank()) {
        findings.add(place + ": it has no <metric>; sdtune knows " + MetricCatalog.knownNames());
        continue;
      }
      place += " (" + Printable.line(gate.metric()) + ")";
      if (!seen.add(gate.metric())) {
        findings.add(place + ": there is a gate for this metric already; make one of the two");
      }
      check(gate, place, findings);
    }
    return findings;
  }

  private static void check(Gate gate, String place, List<String> findings) {
    if (gate.minimum().isEmpty() && gate.maximum().isEmpty() && !gate.compares()) {
      findings.add(
          place + ": it limits nothing; give it a <minimum>, a <maximum> or a <maxRegression>");
    }
    if (gate.decision() == Decision.INTERVAL && gate.maxRegression().isEmpty()) {
      findings.add(place + ": <decision>: found interval, expected it beside a <maxRegression>");
    }
    checkFinite(gate.minimum(), place + ": <minimum>", findings);
    checkFinite(gate.maximum(), place + ": <maximum>", findings);
    if (gate.minimum().isPresent()
        && gate.maximum().isPresent()
        && gate.minimum().get() > gate.maximum().get()) {
      findings.add(
          place
              + ": nothing can be at least <minimum> "
              + gate.minimum().get()
              + " and at most <maximum> "
              + gate.maximum().get());
    }
    Optional<MetricDefinition> definition = MetricCatalog.find(gate.metric());
    if (definition.isEmpty()) {
      findings.add(place + ": there is no such metric; " + MetricCatalog.suggestion(gate.metric()));
    } else {
      checkItems(gate, definition.get(), place, findings);
      gate.maxRegression()
          .ifPresent(
              it -> checkRegression(definition.get(), it, place, "<maxRegression>", findings));
      gate.maxItemRegression()
          .ifPresent(
              it -> checkRegression(definition.get(), it, place, "<maxItemRegression>", findings));
    }
  }

  private static void checkItems(
      Gate gate, MetricDefinition definition, String place, List<String> findings) {
    if (definition.hasItems()) {
      return;
    }
    String why = ": this metric is no mean of single items, which that compares";
    if (gate.decision() == Decision.INTERVAL) {
      findings.add(place + ": <decision>: found interval, expected strict" + why);
    }
    if (gate.maxItemRegression().isPresent()) {
      findings.add(place + ": <maxItemRegression>: found one, expected none" + why);
    }
  }

  private static void checkFinite(Optional<Double> limit, String place, List<String> findings) {
    if (limit.isPresent() && !Double.isFinite(limit.get())) {
      findings.add(place + ": found " + limit.get() + ", expected a finite number");
    }
  }

  private static void checkRegression(
      MetricDefinition definition,
      Allowance allowance,
      String place,
      String element,
      List<String> findings) {
    if (definition.direction() == Direction.NEUTRAL) {
      findings.add(
          place
              + ": "
              + element
              + ": neither way is better for this metric, so that it cannot"
              + " regress; give it a <minimum> or a <maximum>");
    } else if (allowance.percent() && definition.canBeZeroOrNegative()) {
      findings.add(
          place
              + ": "
              + element
              + ": found "
              + allowance
              + ", but this metric can be zero or negative, where a percentage means nothing; give"
              + " a number in its unit, such as 0.05");
    }
  }

  /**
   * Judges the tuned model by all gates.
   *
   * @param baseline absent for a first release: limits hold, regressions remain unchecked
   * @throws SdtuneException if the gates themselves are wrong, see {@link #check}
   */
  public static Verdict judge(List<Gate> gates, Metrics now, Optional<Baseline> baseline) {
    return judge(gates, now, baseline, AcceptedRegressions.NONE);
  }

  /**
   * The same where some regressions are accepted.
   *
   * @param accepted those that hold for this version
   */
  public static Verdict judge(
      List<Gate> gates, Metrics now, Optional<Baseline> baseline, AcceptedRegressions accepted) {
    check(gates);
    Judge judge = new Judge(now, baseline, accepted);
    return new Verdict(baseline.map(Baseline::version), gates.stream().map(judge::judge).toList());
  }
}
