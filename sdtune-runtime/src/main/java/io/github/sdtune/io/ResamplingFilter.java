package io.github.sdtune.io;

import java.util.function.DoubleUnaryOperator;

/** How much a sample counts by its distance, as in Pillow. */
public enum ResamplingFilter {
  /** Three lobes. */
  LANCZOS(3, x -> sinc(x) * sinc(x / 3)),

  /** Keys' cubic with a = -0.5. */
  BICUBIC(2, x -> x < 1 ? (1.5 * x - 2.5) * x * x + 1 : ((-0.5 * x + 2.5) * x - 4) * x + 2);

  private final double support;
  private final DoubleUnaryOperator weight;

  /**
   * @param support nothing counts from there on
   * @param weight of distances from 0 to that
   */
  ResamplingFilter(double support, DoubleUnaryOperator weight) {
    this.support = support;
    this.weight = weight;
  }

  public double support() {
    return support;
  }

  public double weight(double x) {
    double distance = Math.abs(x);
    return distance < support ? weight.applyAsDouble(distance) : 0;
  }

  private static double sinc(double x) {
    return x == 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
  }
}
