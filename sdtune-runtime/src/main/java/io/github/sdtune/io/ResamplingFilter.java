package io.github.sdtune.io;

/** How much a sample counts by its distance, as in Pillow. */
public enum ResamplingFilter {
  /** Three lobes. */
  LANCZOS(3),

  /** Keys' cubic with a = -0.5. */
  BICUBIC(2);

  private final double support;

  /**
   * @param support nothing counts from there on
   */
  ResamplingFilter(double support) {
    this.support = support;
  }

  public double support() {
    return support;
  }

  public double weight(double distance) {
    double x = Math.abs(distance);
    if (x >= support) {
      return 0;
    }
    return switch (this) {
      case LANCZOS -> sinc(x) * sinc(x / 3);
      case BICUBIC -> x < 1 ? (1.5 * x - 2.5) * x * x + 1 : ((-0.5 * x + 2.5) * x - 4) * x + 2;
    };
  }

  private static double sinc(double x) {
    return x == 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
  }
}
