package io.github.sdtune.evaluate;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Distances between latents: the root of the mean squared difference of their elements, which does
 * not grow with the size of pictures.
 */
final class Distances {
  private Distances() {}

  /**
   * Distances from each of some latents to all others, ascending.
   *
   * @param to gone through once, so that not all need be in memory
   */
  static double[][] sorted(List<float[]> from, int count, Supplier<Stream<float[]>> to) {
    double[][] distances = new double[from.size()][count];
    try (Stream<float[]> stream = to.get()) {
      Iterator<float[]> others = stream.iterator();
      for (int other = 0; others.hasNext(); other++) {
        float[] latent = others.next();
        for (int i = 0; i < distances.length; i++) {
          distances[i][other] = between(from.get(i), latent);
        }
      }
    }
    for (double[] row : distances) {
      Arrays.sort(row);
    }
    return distances;
  }

  static double between(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      double difference = a[i] - b[i];
      sum += difference * difference;
    }
    return Math.sqrt(sum / a.length);
  }
}
