package io.github.sdtune.gate;

import io.github.sdtune.metric.Direction;
import io.github.sdtune.metric.Metric;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is found about one gate while it is judged. Limits are computed in decimals, so that 0.7 is
 * not worse than 0.8 by more than 0.1; all of them are inclusive.
 */
final class Findings {
  final Gate gate;
  final Direction direction;
  private final Metric metric;
  final Metric before;
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

  void unchecked(String message) {
    unchecked = true;
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
