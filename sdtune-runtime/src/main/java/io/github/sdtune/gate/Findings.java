package io.github.sdtune.gate;

import io.github.sdtune.metric.Comparison;
import io.github.sdtune.metric.Direction;
import io.github.sdtune.metric.Metric;
import io.github.sdtune.metric.PairedBootstrap;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What is found about one gate while it is judged. Limits are computed in decimals, so that 0.7 is
 * not worse than 0.8 by more than 0.1; all of them are inclusive.
 */
final class Findings {
  /** Items that a message names. */
  private static final int SHOWN = 3;

  final Gate gate;
  final Direction direction;
  private final Metric metric;
  final Metric before;
  private final List<String> messages = new ArrayList<>();
  private Optional<BigDecimal> lowest = Optional.empty();
  private Optional<BigDecimal> highest = Optional.empty();
  private Optional<Comparison> comparison = Optional.empty();
  private boolean compared;
  private boolean warned;
  private boolean accepted;
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

  private void warn(String message) {
    warned = true;
    messages.add(message);
  }

  private void accept(String message) {
    accepted = true;
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

  /**
   * Compares with the baseline.
   *
   * @param accepted a regression that may be
   */
  void regression(Allowance allowance, String version, Optional<AcceptedRegression> accepted) {
    compared = true;
    comparison = ofItems();
    BigDecimal baseline = BigDecimal.valueOf(before.value());
    BigDecimal allowed = allowance.of(baseline);
    BigDecimal limit = lowerIsBetter() ? baseline.add(allowed) : baseline.subtract(allowed);
    boolean broken = lowerIsBetter() ? isAbove(limit) : isBelow(limit);
    if (gate.decision() == Decision.INTERVAL && comparison.isEmpty()) {
      fail(
          gate.metric()
              + " has no values of single items in both, which <decision>interval</decision> needs:"
              + " take strict");
    } else if (broken) {
      String worse =
          allowance.amount().signum() == 0 ? "worse" : "more than " + allowance + " worse";
      Rounded shown = Rounded.of(now(), limit);
      String message =
          "%s is %s, %s than %s of %s (allowed %s)"
              .formatted(
                  gate.metric(),
                  shown.value(),
                  worse,
                  Decimals.format(before.value()),
                  version,
                  shown.limit());
      if (accepted.filter(this::covers).isPresent()) {
        accept(
            "%s: accepted up to %s until version %s: %s"
                .formatted(
                    message,
                    Decimals.format(accepted.get().value()),
                    accepted.get().until(),
                    accepted.get().reason()));
      } else if (gate.decision() == Decision.INTERVAL && reachesInto(allowed.doubleValue())) {
        warn(
            "%s, but the 95%% interval of the change, %s, reaches into what is allowed"
                .formatted(message, Cells.interval(comparison.orElseThrow())));
      } else {
        fail(message);
      }
    }
  }

  private boolean covers(AcceptedRegression accepted) {
    return lowerIsBetter()
        ? metric.value() <= accepted.value()
        : metric.value() >= accepted.value();
  }

  /** Whether a change that is allowed is in the interval. */
  private boolean reachesInto(double allowed) {
    Comparison change = comparison.orElseThrow();
    double leastRegression = lowerIsBetter() ? change.low() : -change.high();
    return leastRegression <= allowed;
  }

  /**
   * Compares item by item: a mean hides that one is much worse.
   *
   * @param names of items, by their ids
   */
  void itemRegression(Allowance allowance, String version, Map<String, String> names) {
    comparison = ofItems();
    if (comparison.isEmpty()) {
      fail(
          gate.metric()
              + " has no values of single items in both, which <maxItemRegression> needs");
      return;
    }
    List<String> worse =
        metric.items().keySet().stream()
            .filter(id -> regressionOf(id).compareTo(allowance.of(itemBefore(id))) > 0)
            .sorted(Comparator.comparing(this::regressionOf).reversed())
            .toList();
    if (!worse.isEmpty()) {
      fail(
          "%s of %d of %d items is more than %s worse than in %s: %s%s"
              .formatted(
                  gate.metric(),
                  worse.size(),
                  metric.items().size(),
                  allowance,
                  version,
                  worse.stream()
                      .limit(SHOWN)
                      .map(
                          id ->
                              "%s (%s, was %s)"
                                  .formatted(
                                      names.getOrDefault(id, id),
                                      Decimals.format(metric.items().get(id)),
                                      Decimals.format(before.items().get(id))))
                      .collect(Collectors.joining(", ")),
                  worse.size() > SHOWN ? ", ..." : ""));
    }
  }

  private BigDecimal itemBefore(String item) {
    return BigDecimal.valueOf(before.items().get(item));
  }

  private BigDecimal regressionOf(String item) {
    BigDecimal change = BigDecimal.valueOf(metric.items().get(item)).subtract(itemBefore(item));
    return lowerIsBetter() ? change : change.negate();
  }

  private boolean lowerIsBetter() {
    return direction == Direction.LOWER;
  }

  /** Absent where one of the two has none, or others. */
  private Optional<Comparison> ofItems() {
    return metric.items().isEmpty() || !metric.items().keySet().equals(before.items().keySet())
        ? Optional.empty()
        : Optional.of(PairedBootstrap.compare(before.items(), metric.items()));
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
        comparison.filter(c -> Double.isFinite(c.difference())),
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
    if (warned) {
      return Status.WARN;
    }
    if (accepted) {
      return Status.ACCEPTED;
    }
    return unchecked ? Status.UNCHECKED : Status.PASS;
  }
}
