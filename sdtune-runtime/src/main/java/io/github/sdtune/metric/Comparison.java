package io.github.sdtune.metric;

/**
 * A paired comparison over the same items: mean of (tuned - base), with its 95% bootstrap interval.
 *
 * @param relative the difference divided by the base's absolute mean
 */
public record Comparison(double difference, double low, double high, double relative, int items) {
  /** Whether the interval leaves out zero. */
  public boolean significant() {
    return low > 0 || high < 0;
  }
}
