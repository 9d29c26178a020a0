package io.github.sdtune.diffusion;

/**
 * How many times as much noise as signal each timestep has, {@code sigma_t = sqrt((1 - a_t) / a_t)}
 * (Karras et al., https://arxiv.org/abs/2206.00364), rising.
 */
final class Sigmas {
  /** Stands for an a_t of zero, whose sigma would be infinite. */
  private static final float LEAST_ALPHA = 0x1p-24f;

  private static final double RHO = 7;
  private final float[] sigmas;
  private final float[] logs;

  Sigmas(NoiseSchedule schedule) {
    this.sigmas = new float[schedule.numTrainTimesteps()];
    this.logs = new float[sigmas.length];
    for (int t = 0; t < sigmas.length; t++) {
      float alpha = schedule.alphaCumprod(t);
      alpha = alpha == 0 ? LEAST_ALPHA : alpha;
      sigmas[t] = (float) Math.sqrt((1 - alpha) / alpha);
      logs[t] = (float) Math.log(sigmas[t]);
    }
  }

  double least() {
    return sigmas[0];
  }

  double greatest() {
    return sigmas[sigmas.length - 1];
  }

  /** Sigma between two timesteps, on a straight line. */
  double at(double timestep) {
    int low = Math.min((int) timestep, sigmas.length - 2);
    double rise = (double) sigmas[low + 1] - sigmas[low];
    return rise * (timestep - low) + sigmas[low];
  }

  /** The timestep of a sigma, on a straight line between the logarithms. */
  double timestep(double sigma) {
    double log = Math.log(Math.max(sigma, 1e-10));
    int low = 0;
    while (low < logs.length - 2 && logs[low + 1] <= log) {
      low++;
    }
    double weight = (logs[low] - log) / ((double) logs[low] - logs[low + 1]);
    double inside = Math.max(0, Math.min(weight, 1));
    return (1 - inside) * low + inside * (low + 1);
  }

  /** Falling sigmas that are dense where there is little noise; formula 5 of the paper. */
  static double[] karras(double greatest, double least, int steps) {
    double from = Math.pow(greatest, 1 / RHO);
    double to = Math.pow(least, 1 / RHO);
    double[] levels = new double[steps];
    for (int i = 0; i < steps; i++) {
      levels[i] = Math.pow(from + i / Math.max(1.0, steps - 1) * (to - from), RHO);
    }
    return levels;
  }
}
