package io.github.sdtune.evaluate;

import io.github.sdtune.metric.Metric;
import io.github.sdtune.metric.MetricCatalog;
import java.util.Map;
import java.util.TreeMap;

/**
 * The denoising losses of pictures that are held out, that are trained on, and that show what the
 * base knew before: all measured in the same way, so that they can be held against each other.
 */
final class Losses {
  private final DenoisingLoss loss;
  private final MeasuredPictures pictures;

  Losses(DenoisingLoss loss, MeasuredPictures pictures) {
    this.loss = loss;
    this.pictures = pictures;
  }

  Map<String, Metric> measure() {
    Map<String, Metric> metrics =
        new TreeMap<>(loss.measure(MetricCatalog.VALIDATION_LOSS, pictures.validation()));
    if (!pictures.trained().isEmpty()) {
      metrics.putAll(loss.measure(MetricCatalog.TRAINING_SUBSET_LOSS, pictures.trained()));
      double gap =
          metrics.get(MetricCatalog.VALIDATION_LOSS).value()
              - metrics.get(MetricCatalog.TRAINING_SUBSET_LOSS).value();
      metrics.put(MetricCatalog.GAP, MetricCatalog.metric(MetricCatalog.GAP, gap));
    }
    if (!pictures.retained().isEmpty()) {
      metrics.putAll(loss.measure(MetricCatalog.RETENTION_LOSS, pictures.retained()));
    }
    return metrics;
  }
}
