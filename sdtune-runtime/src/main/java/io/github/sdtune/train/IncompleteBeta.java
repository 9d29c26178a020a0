package io.github.sdtune.train;

/** The regularized incomplete beta function, DLMF 8.17 (https://dlmf.nist.gov/8.17). */
final class IncompleteBeta {
  private static final int TERMS = 1000;
  private static final double TINY = 1e-300;

  /** Of Lanczos' approximation of the gamma function with g = 7. */
  private static final double[] LANCZOS = {
    0.9999999999998099,
    676.5203681218851,
    -1259.1392167224028,
    771.3234287776531,
    -176.6150291621406,
    12.507343278686905,
    -0.13857109526572012,
    9.984369578019572e-6,
    1.5056327351493116e-7
  };

  private IncompleteBeta() {}

  /** The x below which a share of the beta distribution lies. */
  static double quantile(double share, double a, double b) {
    double low = 0;
    double high = 1;
    while (true) {
      double middle = (low + high) / 2;
      if (middle <= low || middle >= high) {
        return middle;
      }
      if (share(middle, a, b) < share) {
        low = middle;
      } else {
        high = middle;
      }
    }
  }

  /** I_x(a, b): the share of the beta distribution that lies below x. */
  static double share(double x, double a, double b) {
    if (x <= 0 || x >= 1) {
      return x <= 0 ? 0 : 1;
    }
    // The fraction converges fast below the mean; above it, the tail on the other side does.
    if (x > (a + 1) / (a + b + 2)) {
      return 1 - share(1 - x, b, a);
    }
    double front =
        StrictMath.exp(
            a * StrictMath.log(x)
                + b * StrictMath.log1p(-x)
                + logGamma(a + b)
                - logGamma(a)
                - logGamma(b));
    return front / (a * fraction(x, a, b));
  }

  /** The continued fraction 8.17.22 by Lentz's algorithm. */
  private static double fraction(double x, double a, double b) {
    double c = 1;
    double d = 0;
    double f = 1;
    for (int i = 1; i <= TERMS; i++) {
      int m = i / 2;
      double term =
          i % 2 == 0
              ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
              : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
      d = 1 / nonZero(1 + term * d);
      c = nonZero(1 + term / c);
      f *= c * d;
      if (Math.abs(1 - c * d) < 1e-15) {
        break;
      }
    }
    return f;
  }

  private static double nonZero(double value) {
    return value == 0 ? TINY : value;
  }

  private static double logGamma(double x) {
    if (x < 0.5) { // reflection
      return StrictMath.log(StrictMath.PI / StrictMath.sin(StrictMath.PI * x)) - logGamma(1 - x);
    }
    double sum = LANCZOS[0];
    for (int i = 1; i < LANCZOS.length; i++) {
      sum += LANCZOS[i] / (x - 1 + i);
    }
    double t = x + 6.5;
    return 0.5 * StrictMath.log(2 * StrictMath.PI)
        + (x - 0.5) * StrictMath.log(t)
        - t
        + StrictMath.log(sum);
  }
}
