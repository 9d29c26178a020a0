package io.github.sdtune.metric;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * Accuracy, precision, recall and F1 of single-label predictions, as scikit-learn defines them.
 * Macro averages are unweighted means over the classes that occur in the truth (so the macro F1 is
 * the mean of the classes' F1, not the F1 of the means); 0/0 is 0. Without any prediction all four
 * are NaN.
 *
 * @param classes scores of each class that occurs in the truth, in the order of the confusion
 */
public record Classification(
    double accuracy,
    double macroPrecision,
    double macroRecall,
    double macroF1,
    Map<String, ClassScores> classes) {
  public Classification {
    classes = Collections.unmodifiableMap(new LinkedHashMap<>(classes));
  }

  /**
   * Scores of one class.
   *
   * @param support pictures of this class
   */
  public record ClassScores(double precision, double recall, double f1, int support) {}

  public static Classification of(Confusion confusion) {
    int size = confusion.classes().size();
    Map<String, ClassScores> classes = new LinkedHashMap<>();
    int right = 0;
    int all = 0;
    for (int c = 0; c < size; c++) {
      int hits = confusion.counts().get(c).get(c);
      int support = 0;
      int predictions = 0;
      for (int other = 0; other < size; other++) {
        support += confusion.counts().get(c).get(other);
        predictions += confusion.counts().get(other).get(c);
      }
      right += hits;
      all += support;
      if (support > 0) {
        double precision = ratio(hits, predictions);
        double recall = ratio(hits, support);
        double f1 = ratio(2 * precision * recall, precision + recall);
        classes.put(confusion.classes().get(c), new ClassScores(precision, recall, f1, support));
      }
    }
    return new Classification(
        all == 0 ? Double.NaN : (double) right / all,
        mean(classes, ClassScores::precision),
        mean(classes, ClassScores::recall),
        mean(classes, ClassScores::f1),
        classes);
  }

  /** All of these scores by their names in {@link MetricCatalog}. */
  public Map<String, Metric> metrics() {
    Map<String, Double> values = new TreeMap<>();
    values.put(MetricCatalog.ACCURACY, accuracy);
    values.put(MetricCatalog.MACRO_PRECISION, macroPrecision);
    values.put(MetricCatalog.MACRO_RECALL, macroRecall);
    values.put(MetricCatalog.MACRO_F1, macroF1);
    classes.forEach(
        (name, scores) -> {
          values.put("classification.precision." + name, scores.precision());
          values.put("classification.recall." + name, scores.recall());
          values.put("classification.f1." + name, scores.f1());
        });
    Map<String, Metric> metrics = new TreeMap<>();
    values.forEach((name, value) -> metrics.put(name, MetricCatalog.metric(name, value)));
    return metrics;
  }

  private static double ratio(double numerator, double denominator) {
    return denominator == 0 ? 0 : numerator / denominator;
  }

  private static double mean(
      Map<String, ClassScores> classes, ToDoubleFunction<ClassScores> score) {
    return classes.values().stream().mapToDouble(score).average().orElse(Double.NaN);
  }
}
