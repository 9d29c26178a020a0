package io.github.sdtune.metric;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * McNemar's exact test (https://doi.org/10.1007/BF02295996): whether of the items that one model
 * gets right and the other wrong, more than chance would have it are one model's.
 */
final class McNemar {
  private McNemar() {}

  /**
   * The two-sided p-value.
   *
   * @param before 1 for right and 0 for wrong, by item
   * @param after the same of the same items
   * @return absent if there is another value
   */
  static Optional<Double> test(Map<String, Double> before, Map<String, Double> after) {
    if (!truths(before.values()) || !truths(after.values())) {
      return Optional.empty();
    }
    int lost = 0;
    int won = 0;
    for (Map.Entry<String, Double> item : before.entrySet()) {
      double change = after.get(item.getKey()) - item.getValue();
      lost += change < 0 ? 1 : 0;
      won += change > 0 ? 1 : 0;
    }
    return Optional.of(p(lost, won));
  }

  static double p(int lost, int won) {
    int discordant = lost + won;
    return discordant == 0
        ? 1
        : Math.min(
            1,
            2
                * BinomialDistribution.of(discordant, 0.5)
                    .cumulativeProbability(Math.min(lost, won)));
  }

  private static boolean truths(Collection<Double> values) {
    return values.stream().allMatch(value -> value == 0 || value == 1);
  }
}
