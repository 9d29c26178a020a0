package io.github.sdtune.evaluate;

import ai.djl.ndarray.NDManager;
import io.github.sdtune.metric.ClipScore;
import io.github.sdtune.metric.Metric;
import io.github.sdtune.metric.MetricCatalog;
import io.github.sdtune.model.CLIPModel;
import io.github.sdtune.tensor.Gradients;
import io.github.sdtune.tensor.Scope;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Whether samples show what their prompts say, and how near they are to the training's pictures.
 */
public final class ClipMetrics implements AutoCloseable {
  /** Raise it when the same pictures would be measured otherwise. */
  public static final int VERSION = 1;

  private final CLIPModel clip;
  private final PictureFeatures features;
  private final int resolution;
  private final double[][] trained;

  /**
   * @param folder of the CLIP model
   * @param trained pictures that were trained on; without any there is no CLIP-I
   * @param resolution that the model is trained at
   */
  public ClipMetrics(Path folder, List<Path> trained, int resolution, NDManager manager) {
    this.clip = CLIPModel.load(folder, manager);
    this.features = new PictureFeatures(clip, manager);
    this.resolution = resolution;
    this.trained = features.ofFiles(trained, resolution);
  }

  /**
   * Of samples.
   *
   * @param ids the same in each evaluation
   * @param files the pictures, at least one
   */
  public Map<String, Metric> of(List<String> ids, List<String> prompts, List<Path> files) {
    double[][] pictures = features.ofFiles(files, resolution);
    double[][] texts =
        Scope.closing(() -> Gradients.without(() -> PictureFeatures.rows(clip.texts(prompts))));
    Map<String, Double> scores = new TreeMap<>();
    Map<String, Double> similarities = new TreeMap<>();
    for (int i = 0; i < pictures.length; i++) {
      scores.put(ids.get(i), ClipScore.ofText(pictures[i], texts[i]));
      if (trained.length > 0) {
        similarities.put(ids.get(i), ClipScore.ofPictures(pictures[i], trained));
      }
    }
    Map<String, Metric> metrics = new TreeMap<>();
    metrics.put(MetricCatalog.CLIP_SCORE, MetricCatalog.mean(MetricCatalog.CLIP_SCORE, scores));
    if (!similarities.isEmpty()) {
      metrics.put(
          MetricCatalog.CLIP_IMAGE_SIMILARITY,
          MetricCatalog.mean(MetricCatalog.CLIP_IMAGE_SIMILARITY, similarities));
    }
    return metrics;
  }

  @Override
  public void close() {
    clip.close();
  }
}
