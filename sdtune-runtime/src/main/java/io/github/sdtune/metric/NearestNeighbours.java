package io.github.sdtune.metric;

import static io.github.sdtune.metric.FeatureVectors.cosine;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** The pictures whose features are nearest to those of another, by the cosine of their angle. */
public final class NearestNeighbours {
  private final double[][] known;

  /**
   * @param known (n, d), n at least 1
   */
  public NearestNeighbours(double[][] known) {
    this.known = known;
  }

  /** The highest similarity to a known picture. */
  public double similarity(double[] picture) {
    double highest = Double.NEGATIVE_INFINITY;
    for (double[] other : known) {
      double similarity = cosine(picture, other);
      if (Double.isNaN(similarity)) {
        return Double.NaN;
      }
      highest = Math.max(highest, similarity);
    }
    return highest;
  }

  /**
   * The class with the most similar pictures among the nearest: k-nearest neighbours, weighted by
   * similarity.
   *
   * @param classes of the known pictures
   */
  public String classify(double[] picture, List<String> classes, int k) {
    double[] similarities =
        IntStream.range(0, known.length).mapToDouble(i -> cosine(picture, known[i])).toArray();
    Map<String, Double> votes = new TreeMap<>();
    IntStream.range(0, known.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -similarities[i]))
        .limit(k)
        .forEach(i -> votes.merge(classes.get(i), similarities[i], Double::sum));
    return votes.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow().getKey();
  }

  /** How different pictures of one prompt are: one less the mean cosine of their pairs. */
  public static double diversity(List<double[]> pictures) {
    double sum = 0;
    int pairs = 0;
    for (int i = 0; i < pictures.size(); i++) {
      for (int j = 0; j < i; j++) {
        sum += 1 - cosine(pictures.get(i), pictures.get(j));
        pairs++;
      }
    }
    return sum / pairs;
  }
}
