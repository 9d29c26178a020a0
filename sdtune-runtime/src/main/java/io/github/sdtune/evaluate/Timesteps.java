package io.github.sdtune.evaluate;

/** Timesteps spread evenly over the noise schedule, each from the middle of its stratum. */
final class Timesteps {
  private Timesteps() {}

  /** {@code floor((k + 0.5) * T / n)}: 62, 187, ... 937 for 8 of 1000. */
  static int[] stratified(int n, int trainTimesteps) {
    int[] timesteps = new int[n];
    for (int k = 0; k < n; k++) {
      timesteps[k] = (int) ((k + 0.5) * trainTimesteps / n);
    }
    return timesteps;
  }
}
