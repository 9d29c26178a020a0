package io.github.sdtune.maven.parameters;

import io.github.sdtune.metric.MetricCatalog;
import io.github.sdtune.train.EarlyStoppingSettings;
import java.util.Optional;

/** {@code <earlyStopping>}: which weights are best, and when to stop waiting for better ones. */
public class EarlyStoppingParameters {
  /** Metric whose best value decides which weights are kept; measured at validations. */
  public String metric = MetricCatalog.VALIDATION_LOSS;

  /** Validations without improvement after which training stops; 0: never. */
  public int patience;

  /** An improvement that ends the waiting must be larger than this. */
  public double minDelta;

  /** Before this step no validation counts as one without improvement. */
  public int firstStep;

  /** Training stops once the metric is as good as this; default: never. */
  public Double stoppingThreshold;

  /** Training stops once the metric is worse than this; default: when it is not finite. */
  public Double divergenceThreshold;

  EarlyStoppingSettings settings() {
    return new EarlyStoppingSettings(
        metric,
        patience,
        minDelta,
        firstStep,
        Optional.ofNullable(stoppingThreshold),
        Optional.ofNullable(divergenceThreshold));
  }
}
