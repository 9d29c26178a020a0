package io.github.sdtune.evaluate;

import io.github.sdtune.metric.Classification;
import io.github.sdtune.metric.Confusion;
import io.github.sdtune.metric.NearestNeighbours;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Gives a picture the class of the real pictures that are nearest to it in features. */
final class NeighbourClassifier {
  private final NearestNeighbours neighbours;
  private final List<String> classes;
  private final int k;

  private NeighbourClassifier(List<SeenPicture> known, int k) {
    this.neighbours = new NearestNeighbours(SeenPicture.features(known));
    this.classes = known.stream().map(p -> p.imageClass().orElseThrow()).toList();
    this.k = k;
  }

  /**
   * Learns from pictures that have a class; absent where there are not two classes to tell apart.
   *
   * @param k neighbours that vote
   */
  static Optional<NeighbourClassifier> of(List<SeenPicture> pictures, int k) {
    List<SeenPicture> known = pictures.stream().filter(p -> p.imageClass().isPresent()).toList();
    long classes = known.stream().map(SeenPicture::imageClass).distinct().count();
    return classes < 2 || known.size() <= k
        ? Optional.empty()
        : Optional.of(new NeighbourClassifier(known, k));
  }

  /**
   * What was found of the pictures that have a class.
   *
   * @param right 1 for each whose class was found, else 0, by id
   */
  record Result(Map<String, Double> right, double macroF1) {
    double accuracy() {
      return right.values().stream().mapToDouble(v -> v).average().orElse(Double.NaN);
    }
  }

  Result classify(List<SeenPicture> pictures) {
    List<SeenPicture> asked = pictures.stream().filter(p -> p.imageClass().isPresent()).toList();
    List<String> truth = asked.stream().map(p -> p.imageClass().orElseThrow()).toList();
    List<String> found =
        asked.stream().map(p -> neighbours.classify(p.features(), classes, k)).toList();
    Map<String, Double> right = new TreeMap<>();
    for (int i = 0; i < asked.size(); i++) {
      right.put(asked.get(i).id(), truth.get(i).equals(found.get(i)) ? 1.0 : 0.0);
    }
    return new Result(right, Classification.of(Confusion.of(truth, found)).macroF1());
  }
}
