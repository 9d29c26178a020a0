package io.github.sdtune.evaluate;

import io.github.sdtune.metric.Metric;
import io.github.sdtune.metric.MetricCatalog;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Whether a model draws pictures of its training again, by the distance in latent space from what
 * it draws to the nearest training picture. That distance says nothing alone; it is compared
 *
 * <ul>
 *   <li>with the same distance of real pictures that are held out, as in Meehan et al. 2020
 *       (https://arxiv.org/abs/2004.05675): {@code memorisation.ratio};
 *   <li>with the distances of the drawn picture to its nearest 50 training pictures, as in Carlini
 *       et al. 2023 (https://arxiv.org/abs/2301.13188, section 5.1): a picture that is closer to
 *       one of them than half of what it is to these on average is a copy, {@code
 *       memorisation.fraction}. So an empty picture, near to every other one, is none.
 * </ul>
 *
 * It does not see a copy that is shifted, mirrored or part of a picture.
 */
public final class Memorisation {
  private static final int NEIGHBOURS = 50;
  private static final double ALPHA = 0.5;

  /**
   * Pictures to compare with.
   *
   * @param count of the training pictures
   * @param trained their latents, gone through once for each measurement
   * @param heldOut latents of real pictures that were not trained on
   */
  public record Reference(int count, Supplier<Stream<float[]>> trained, List<float[]> heldOut) {}

  private final Reference reference;
  private final Supplier<Map<String, float[]>> drawn;
  private double usual = Double.NaN;

  /**
   * @param drawn draws latents by the model as it is now, by names that stay the same
   */
  public Memorisation(Reference reference, Supplier<Map<String, float[]>> drawn) {
    this.reference = reference;
    this.drawn = drawn;
  }

  /** Draws, and measures what was drawn; NaN for a model that draws none. */
  Map<String, Metric> measure() {
    Map<String, float[]> latents = new TreeMap<>(drawn.get());
    double[][] distances = distances(List.copyOf(latents.values()));
    Map<String, Double> ratios = new TreeMap<>();
    Map<String, Double> copies = new TreeMap<>();
    int i = 0;
    for (String name : latents.keySet()) {
      ratios.put(name, distances[i][0] / usualDistance());
      copies.put(name, copy(distances[i]));
      i++;
    }
    return Map.of(
        MetricCatalog.MEMORISATION_RATIO,
        MetricCatalog.mean(MetricCatalog.MEMORISATION_RATIO, ratios),
        MetricCatalog.MEMORISED_FRACTION,
        MetricCatalog.mean(MetricCatalog.MEMORISED_FRACTION, copies));
  }

  /** 1 for a copy, 0 for none, NaN for what is no picture. */
  private static double copy(double[] distances) {
    double neighbourhood = Arrays.stream(distances).limit(NEIGHBOURS).average().orElse(Double.NaN);
    if (!Double.isFinite(neighbourhood)) {
      return Double.NaN;
    }
    return distances[0] <= ALPHA * neighbourhood ? 1 : 0;
  }

  /** The median distance of held-out pictures to their nearest training picture; measured once. */
  private double usualDistance() {
    if (Double.isNaN(usual)) {
      double[] nearest =
          Arrays.stream(distances(reference.heldOut())).mapToDouble(d -> d[0]).sorted().toArray();
      int half = nearest.length / 2;
      usual = nearest.length % 2 == 1 ? nearest[half] : (nearest[half - 1] + nearest[half]) / 2;
    }
    return usual;
  }

  private double[][] distances(List<float[]> from) {
    return Distances.sorted(from, reference.count(), reference.trained());
  }
}
