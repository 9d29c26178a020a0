package io.github.sdtune.evaluate;

import io.github.sdtune.dataset.EncodedItem;
import io.github.sdtune.evaluate.DenoisingErrors.Query;
import io.github.sdtune.metric.Metric;
import io.github.sdtune.metric.MetricCatalog;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The stable denoising loss of fixed pictures: each at stratified timesteps, its latent the
 * posterior's mean, its noise keyed. As in MLPerf Training's text-to-image benchmark, the mean over
 * timesteps of the means over pictures.
 */
final class DenoisingLoss {
  private final Function<List<Query>, double[]> errors;
  private final int[] timesteps;

  /**
   * @param errors measures queries, as {@link DenoisingErrors#of}
   */
  DenoisingLoss(Function<List<Query>, double[]> errors, int[] timesteps) {
    this.errors = errors;
    this.timesteps = timesteps;
  }

  /**
   * {@code validation.loss} and {@code validation.loss.tN}, with the value of each picture.
   *
   * @param name that the loss goes by: {@code validation.loss}
   */
  Map<String, Metric> measure(String name, List<EncodedItem> items) {
    List<Query> queries = new ArrayList<>();
    for (EncodedItem item : items) {
      for (int timestep : timesteps) {
        queries.add(new Query(item, item.item().caption(), timestep, 0));
      }
    }
    double[] measured = errors.apply(queries);
    Map<String, Double> means = new TreeMap<>();
    Map<Integer, Map<String, Double>> perTimestep = new TreeMap<>();
    for (int i = 0; i < measured.length; i++) {
      Query query = queries.get(i);
      means.merge(query.item().id(), measured[i] / timesteps.length, Double::sum);
      perTimestep
          .computeIfAbsent(query.timestep(), t -> new TreeMap<>())
          .put(query.item().id(), measured[i]);
    }
    Map<String, Metric> metrics = new TreeMap<>();
    metrics.put(name, MetricCatalog.mean(name, means));
    perTimestep.forEach(
        (timestep, values) -> {
          String atTimestep = name + ".t" + timestep;
          metrics.put(atTimestep, MetricCatalog.mean(atTimestep, values));
        });
    return metrics;
  }
}
