package io.github.sdtune.evaluate;

import static io.github.sdtune.metric.MetricCatalog.mean;
import static io.github.sdtune.metric.MetricCatalog.metric;

import io.github.sdtune.metric.FrechetInceptionDistance;
import io.github.sdtune.metric.KernelInceptionDistance;
import io.github.sdtune.metric.Metric;
import io.github.sdtune.metric.MetricCatalog;
import io.github.sdtune.metric.NearestNeighbours;
import io.github.sdtune.metric.PrecisionRecallDensityCoverage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Compares drawn pictures with real ones, all of them as features; no tensor. */
public final class FeatureMetrics {
  /** Raise it when the same pictures would be measured otherwise. */
  public static final int VERSION = 1;

  /** Neighbours: 5 for sets of some hundred pictures, where the usual 3 are much of chance. */
  static final int K = 5;

  /** Of held-out pictures, this share is not nearer to the training than what counts as a copy. */
  private static final double ORDINARY = 0.99;

  /** What a model is measured by that draws what is no picture: NaN, which no gate lets pass. */
  private static final List<String> OF_ANY_MODEL =
      List.of(
          MetricCatalog.KID,
          MetricCatalog.FID,
          MetricCatalog.GENERATED_PRECISION,
          MetricCatalog.GENERATED_RECALL,
          MetricCatalog.GENERATED_F1,
          MetricCatalog.DENSITY,
          MetricCatalog.COVERAGE,
          MetricCatalog.DIVERSITY,
          MetricCatalog.NEAREST_TRAINING,
          MetricCatalog.GENERATED_MEMORISED,
          MetricCatalog.GENERATED_ACCURACY,
          MetricCatalog.GENERATED_MACRO_F1,
          MetricCatalog.RELATIVE_ACCURACY);

  private final double[][] real;
  private final NearestNeighbours neighbours;

  /** The similarity to the training beyond which a picture counts as a copy. */
  private final double ordinary;

  private final Optional<NeighbourClassifier> classifier;

  /** What can be reached: of held-out pictures. */
  private final Optional<NeighbourClassifier.Result> ceiling;

  /**
   * @param trained real pictures that were trained on, at least 2
   * @param heldOut real pictures that were not, at least 1
   */
  public FeatureMetrics(List<SeenPicture> trained, List<SeenPicture> heldOut) {
    this.real = SeenPicture.features(trained);
    this.neighbours = new NearestNeighbours(real);
    double[] usual =
        heldOut.stream().mapToDouble(p -> neighbours.similarity(p.features())).sorted().toArray();
    this.ordinary = usual[(int) Math.ceil(ORDINARY * usual.length) - 1];
    this.classifier = NeighbourClassifier.of(trained, K);
    this.ceiling = classifier.map(c -> c.classify(heldOut));
  }

  /**
   * Of drawn pictures.
   *
   * @param drawn at least 2
   */
  public Map<String, Metric> of(List<SeenPicture> drawn) {
    Map<String, Metric> metrics = new TreeMap<>();
    boolean finite =
        drawn.stream().flatMapToDouble(p -> Arrays.stream(p.features())).allMatch(Double::isFinite);
    if (!finite) {
      OF_ANY_MODEL.forEach(name -> metrics.put(name, metric(name, Double.NaN).of(drawn.size())));
      return metrics;
    }
    distribution(drawn, metrics);
    memorisation(drawn, metrics);
    diversity(drawn, metrics);
    classification(drawn, metrics);
    return metrics;
  }

  private void distribution(List<SeenPicture> drawn, Map<String, Metric> metrics) {
    double[][] generated = SeenPicture.features(drawn);
    int sample = Math.min(real.length, generated.length);
    Map<String, Double> values = new TreeMap<>();
    values.put(MetricCatalog.KID, KernelInceptionDistance.of(real, generated));
    values.put(MetricCatalog.FID, FrechetInceptionDistance.of(real, generated));
    if (sample > K) {
      PrecisionRecallDensityCoverage found = PrecisionRecallDensityCoverage.of(real, generated, K);
      values.put(MetricCatalog.GENERATED_PRECISION, found.precision());
      values.put(MetricCatalog.GENERATED_RECALL, found.recall());
      values.put(MetricCatalog.GENERATED_F1, found.f1());
      values.put(MetricCatalog.DENSITY, found.density());
      values.put(MetricCatalog.COVERAGE, found.coverage());
    }
    values.forEach((name, value) -> metrics.put(name, metric(name, value).of(sample)));
  }

  private void memorisation(List<SeenPicture> drawn, Map<String, Metric> metrics) {
    Map<String, Double> similarities = new TreeMap<>();
    Map<String, Double> copies = new TreeMap<>();
    for (SeenPicture picture : drawn) {
      double similarity = neighbours.similarity(picture.features());
      similarities.put(picture.id(), similarity);
      copies.put(picture.id(), similarity > ordinary ? 1.0 : 0.0);
    }
    metrics.put(MetricCatalog.NEAREST_TRAINING, mean(MetricCatalog.NEAREST_TRAINING, similarities));
    metrics.put(MetricCatalog.GENERATED_MEMORISED, mean(MetricCatalog.GENERATED_MEMORISED, copies));
  }

  private static void diversity(List<SeenPicture> drawn, Map<String, Metric> metrics) {
    Map<String, List<double[]>> byPrompt = new TreeMap<>();
    drawn.forEach(
        p -> byPrompt.computeIfAbsent(p.prompt(), q -> new ArrayList<>()).add(p.features()));
    byPrompt.values().removeIf(pictures -> pictures.size() < 2);
    Map<String, Double> diversities = new TreeMap<>();
    byPrompt.forEach(
        (prompt, pictures) -> diversities.put(prompt, NearestNeighbours.diversity(pictures)));
    if (!diversities.isEmpty()) {
      metrics.put(MetricCatalog.DIVERSITY, mean(MetricCatalog.DIVERSITY, diversities));
    }
  }

  /** Drawn pictures, and real ones as what can be reached. */
  private void classification(List<SeenPicture> drawn, Map<String, Metric> metrics) {
    if (classifier.isEmpty()) {
      return;
    }
    NeighbourClassifier.Result generated = classifier.get().classify(drawn);
    NeighbourClassifier.Result real = ceiling.orElseThrow();
    int sample = generated.right().size();
    metrics.put(
        MetricCatalog.GENERATED_ACCURACY,
        mean(MetricCatalog.GENERATED_ACCURACY, generated.right()).of(sample));
    metrics.put(
        MetricCatalog.GENERATED_MACRO_F1,
        metric(MetricCatalog.GENERATED_MACRO_F1, generated.macroF1()).of(sample));
    metrics.put(MetricCatalog.REAL_ACCURACY, mean(MetricCatalog.REAL_ACCURACY, real.right()));
    metrics.put(
        MetricCatalog.RELATIVE_ACCURACY,
        metric(MetricCatalog.RELATIVE_ACCURACY, generated.accuracy() / real.accuracy()).of(sample));
  }
}
