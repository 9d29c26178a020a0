package io.github.sdtune.evaluate;

import io.github.sdtune.dataset.EncodedItem;
import io.github.sdtune.evaluate.DenoisingErrors.Query;
import io.github.sdtune.metric.Classification;
import io.github.sdtune.metric.Confusion;
import io.github.sdtune.metric.Metric;
import io.github.sdtune.metric.MetricCatalog;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The Diffusion Classifier (Li et al. 2023, https://arxiv.org/abs/2303.16203): a picture belongs to
 * the class whose prompt predicts its noise best. All classes see the same timesteps and noises, so
 * that only the prompt differs.
 */
final class DiffusionClassifier {
  /**
   * A prompt of a class.
   *
   * @param caption what it says
   */
  record ClassPrompt(String name, String caption) {}

  /**
   * What was said of a picture.
   *
   * @param margin error of the best wrong class minus error of the right one: positive if right
   */
  record Prediction(String id, String truth, String predicted, double margin) {}

  /** What was said of all pictures: scores of the classes, and the mean margin. */
  record Result(Confusion confusion, Map<String, Metric> metrics) {}

  private final Function<List<Query>, double[]> errors;
  private final int[] timesteps;
  private final int noises;
  private final List<ClassPrompt> classes;

  /**
   * @param errors measures queries, as {@link DenoisingErrors#of}
   * @param noises draws at each timestep
   */
  DiffusionClassifier(
      Function<List<Query>, double[]> errors,
      int[] timesteps,
      int noises,
      List<ClassPrompt> classes) {
    this.errors = errors;
    this.timesteps = timesteps;
    this.noises = noises;
    this.classes = classes;
  }

  /** Classifies pictures; all scores are NaN if the model's errors are. */
  Result classify(List<EncodedItem> items) {
    List<Prediction> predictions = predict(items);
    // A comparison with NaN would answer the first class: a broken model would score by chance.
    boolean broken = predictions.stream().anyMatch(p -> Double.isNaN(p.margin()));
    List<Prediction> counted = broken ? List.of() : predictions;
    Confusion confusion =
        Confusion.of(
            classes.stream().map(ClassPrompt::name).toList(),
            counted.stream().map(Prediction::truth).toList(),
            counted.stream().map(Prediction::predicted).toList());
    Map<String, Metric> metrics = new TreeMap<>(Classification.of(confusion).metrics());
    if (!broken) {
      Map<String, Double> right = new TreeMap<>();
      counted.forEach(p -> right.put(p.id(), p.predicted().equals(p.truth()) ? 1.0 : 0.0));
      metrics.put(MetricCatalog.ACCURACY, MetricCatalog.mean(MetricCatalog.ACCURACY, right));
    }
    Map<String, Double> margins =
        predictions.stream().collect(Collectors.toMap(Prediction::id, Prediction::margin));
    double mean = margins.values().stream().mapToDouble(m -> m).average().orElse(Double.NaN);
    metrics.put(MetricCatalog.MARGIN, MetricCatalog.metric(MetricCatalog.MARGIN, mean, margins));
    return new Result(confusion, metrics);
  }

  private List<Prediction> predict(List<EncodedItem> items) {
    List<Query> queries = new ArrayList<>();
    for (EncodedItem item : items) {
      for (ClassPrompt prompt : classes) {
        for (int timestep : timesteps) {
          for (int draw = 0; draw < noises; draw++) {
            queries.add(new Query(item, prompt.caption(), timestep, draw));
          }
        }
      }
    }
    double[] measured = errors.apply(queries);
    int perClass = timesteps.length * noises;
    List<Prediction> predictions = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      double[] means = new double[classes.size()];
      for (int j = 0; j < measured.length / items.size(); j++) {
        means[j / perClass] += measured[i * classes.size() * perClass + j] / perClass;
      }
      predictions.add(predict(items.get(i), means));
    }
    return predictions;
  }

  private Prediction predict(EncodedItem item, double[] errorOfClass) {
    String truth = item.item().imageClass().orElseThrow();
    int best = 0;
    double right = Double.NaN;
    double bestWrong = Double.POSITIVE_INFINITY;
    for (int c = 0; c < errorOfClass.length; c++) {
      if (errorOfClass[c] < errorOfClass[best]) {
        best = c;
      }
      if (classes.get(c).name().equals(truth)) {
        right = errorOfClass[c];
      } else {
        bestWrong = Math.min(bestWrong, errorOfClass[c]);
      }
    }
    return new Prediction(item.id(), truth, classes.get(best).name(), bestWrong - right);
  }
}
