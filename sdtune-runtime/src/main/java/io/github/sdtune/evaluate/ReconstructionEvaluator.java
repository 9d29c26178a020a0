package io.github.sdtune.evaluate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.sdtune.dataset.EncodedItem;
import io.github.sdtune.metric.Metric;
import io.github.sdtune.metric.MetricCatalog;
import io.github.sdtune.model.AutoencoderKL;
import io.github.sdtune.tensor.Gradients;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Scope;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Measures a decoder: the mean squared error in pixels, from -1 to 1, with which it reconstructs
 * held-out pictures from the means of their latents.
 */
public final class ReconstructionEvaluator implements Measuring {
  private final AutoencoderKL vae;
  private final List<EncodedItem> items;
  private final Function<List<String>, NDArray> pictures;
  private final int batchSize;
  private final NDManager manager;

  /**
   * @param items held-out pictures, each once
   * @param pictures by their ids: (B, 3, H, W), from -1 to 1
   * @param manager where batches are made
   */
  public ReconstructionEvaluator(
      AutoencoderKL vae,
      List<EncodedItem> items,
      Function<List<String>, NDArray> pictures,
      int batchSize,
      NDManager manager) {
    this.vae = vae;
    this.items = items;
    this.pictures = pictures;
    this.batchSize = batchSize;
    this.manager = manager;
  }

  @Override
  public Evaluator.Measured measure() {
    Map<String, Double> errors = new TreeMap<>();
    for (int from = 0; from < items.size(); from += batchSize) {
      List<EncodedItem> batch = items.subList(from, Math.min(items.size(), from + batchSize));
      float[] measured = Scope.closing(() -> Gradients.without(() -> errors(batch)));
      for (int b = 0; b < measured.length; b++) {
        errors.put(batch.get(b).id(), (double) measured[b]);
      }
    }
    double mean = errors.values().stream().mapToDouble(e -> e).average().orElse(Double.NaN);
    Metric loss = MetricCatalog.metric(MetricCatalog.VALIDATION_LOSS, mean, errors);
    return new Evaluator.Measured(
        new TreeMap<>(Map.of(MetricCatalog.VALIDATION_LOSS, loss)), Optional.empty(), Map.of());
  }

  @Override
  public Map<String, Metric> validate() {
    return measure().metrics();
  }

  private float[] errors(List<EncodedItem> batch) {
    NDList means = new NDList();
    batch.forEach(item -> means.add(manager.create(item.mean(), item.latentShape())));
    NDArray decoded = vae.decodeWhole(NDArrays.stack(means)); // (B, C, h, w) -> (B, 3, H, W)
    NDArray expected = pictures.apply(batch.stream().map(EncodedItem::id).toList());
    return Ops.msePerItem(decoded, expected).toFloatArray();
  }
}
