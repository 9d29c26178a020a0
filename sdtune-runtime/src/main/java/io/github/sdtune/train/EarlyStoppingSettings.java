package io.github.sdtune.train;

import io.github.sdtune.metric.Direction;
import io.github.sdtune.metric.MetricCatalog;
import io.github.sdtune.metric.MetricDefinition;
import java.util.Optional;

/**
 * Which weights are best, and when to stop waiting for better ones. Names and meanings are those of
 * Lightning's {@code EarlyStopping}; {@code firstStep} is Keras' {@code start_from_epoch}.
 *
 * @param metric that is watched; the catalogue says which way is better
 * @param patience validations without improvement after which training stops; 0 never stops
 * @param minDelta an improvement that ends the waiting is larger than this
 * @param firstStep before it no validation counts as one without improvement
 * @param stoppingThreshold training stops once the metric is as good as this
 * @param divergenceThreshold training stops once the metric is worse than this
 */
public record EarlyStoppingSettings(
    String metric,
    int patience,
    double minDelta,
    int firstStep,
    Optional<Double> stoppingThreshold,
    Optional<Double> divergenceThreshold) {
  public EarlyStoppingSettings {
    Findings findings =
        new Findings("training><earlyStopping")
            .require(patience >= 0, "patience", patience, "at least 0 (0: never stop)")
            .require(minDelta >= 0, "minDelta", minDelta, "at least 0")
            .require(firstStep >= 0, "firstStep", firstStep, "at least 0");
    if (patience == 0) {
      String nothing = "nothing beside <patience> 0, which never stops";
      findings
          .require(minDelta == 0, "minDelta", minDelta, nothing)
          .require(firstStep == 0, "firstStep", firstStep, nothing);
    }
    Optional<MetricDefinition> definition = MetricCatalog.find(metric);
    findings.requireAlso(
        definition.isPresent() && definition.get().direction() != Direction.NEUTRAL,
        "metric",
        metric,
        definition.isPresent()
            ? "a metric that has a better side"
            : "the name of a metric, such as "
                + MetricCatalog.nearMisses(metric).stream()
                    .findFirst()
                    .orElse(MetricCatalog.VALIDATION_LOSS));
    stoppingThreshold.ifPresent(
        value -> findings.require(true, "stoppingThreshold", value, "a number"));
    divergenceThreshold.ifPresent(
        value -> findings.require(true, "divergenceThreshold", value, "a number"));
    if (stoppingThreshold.isPresent() && divergenceThreshold.isPresent()) {
      double good = stoppingThreshold.get();
      double bad = divergenceThreshold.get();
      findings.require(
          definition.map(d -> better(d.direction(), good, bad)).orElse(true),
          "stoppingThreshold",
          good,
          "better than <divergenceThreshold>, " + bad);
    }
    findings.done();
  }

  /** Watches the validation loss. */
  public EarlyStoppingSettings(int patience, double minDelta) {
    this(MetricCatalog.VALIDATION_LOSS, patience, minDelta, 0, Optional.empty(), Optional.empty());
  }

  /** Whether a value of the metric is better than another; NaN never is. */
  boolean better(double value, double other) {
    return better(MetricCatalog.find(metric).orElseThrow().direction(), value, other);
  }

  private static boolean better(Direction direction, double value, double other) {
    return direction == Direction.HIGHER ? value > other : value < other;
  }

  /** Worse than every value. */
  double worst() {
    return better(1, 0) ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
  }

  /** {@code value}, made worse by {@code minDelta}. */
  double withoutDelta(double value) {
    return better(1, 0) ? value - minDelta : value + minDelta;
  }
}
