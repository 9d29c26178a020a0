package io.github.sdtune.evaluate;

import io.github.sdtune.io.NearMisses;
import io.github.sdtune.metric.MetricCatalog;
import java.util.List;
import java.util.Optional;

/** The metrics that are measured at each validation of a training, and by which it may stop. */
public final class AtValidations {
  public static final List<String> METRICS =
      List.of(
          MetricCatalog.VALIDATION_LOSS,
          MetricCatalog.TRAINING_SUBSET_LOSS,
          MetricCatalog.GAP,
          MetricCatalog.RETENTION_LOSS,
          MetricCatalog.MEMORISATION_RATIO,
          MetricCatalog.MEMORISED_FRACTION,
          MetricCatalog.ACCURACY,
          MetricCatalog.MACRO_PRECISION,
          MetricCatalog.MACRO_RECALL,
          MetricCatalog.MACRO_F1);

  private AtValidations() {}

  /**
   * Why a training cannot be watched by a metric; absent if it can.
   *
   * @param metric that early stopping names
   */
  public static Optional<String> finding(String metric, EvaluationSettings settings) {
    String found = "<training><earlyStopping><metric>: found " + metric + ", ";
    if (!METRICS.contains(metric)) {
      return Optional.of(
          found
              + "which is not measured at validations, expected "
              + NearMisses.of(metric, METRICS).stream()
                  .findFirst()
                  .orElse("one of " + String.join(", ", METRICS)));
    }
    return missing(metric, settings).map(element -> found + "which needs " + element);
  }

  private static Optional<String> missing(String metric, EvaluationSettings settings) {
    if (metric.equals(MetricCatalog.RETENTION_LOSS) && settings.retention().isEmpty()) {
      return Optional.of("<evaluation><retention><directory>");
    }
    if (metric.startsWith("memorisation.") && !settings.memorisation().atValidations()) {
      return Optional.of("<evaluation><memorisation><atValidations>");
    }
    boolean needsTrained =
        metric.equals(MetricCatalog.TRAINING_SUBSET_LOSS) || metric.equals(MetricCatalog.GAP);
    if (needsTrained && settings.trainingSubset() == 0) {
      return Optional.of("<evaluation><trainingSubset> of at least 1");
    }
    if (metric.startsWith("classification.") && settings.classification().subset() == 0) {
      return Optional.of("<evaluation><classification><subset> of at least 1");
    }
    return Optional.empty();
  }
}
