package io.github.sdtune.evaluate;

import io.github.sdtune.dataset.EncodedItem;
import io.github.sdtune.metric.Classification;
import io.github.sdtune.metric.Confusion;
import io.github.sdtune.metric.Metric;
import io.github.sdtune.metric.MetricCatalog;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The Diffusion Classifier (Li et al. 2023, https://arxiv.org/abs/2303.16203): a picture belongs to
 * the class whose prompt predicts its noise best.
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

  private final PromptErrors errors;
  private final List<ClassPrompt> classes;

  DiffusionClassifier(PromptErrors errors, List<ClassPrompt> classes) {
    this.errors = errors;
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
    List<String> prompts = classes.stream().map(ClassPrompt::caption).toList();
    double[][] means = errors.of(items, item -> prompts);
    return IntStream.range(0, items.size()).mapToObj(i -> predict(items.get(i), means[i])).toList();
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
