package io.github.sdtune.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class McNemarTest {
  /** Of scipy.stats.binomtest(min(lost, won), lost + won).pvalue, 1.17. */
  @ParameterizedTest
  @CsvSource({"0, 0, 1", "0, 5, 0.0625", "1, 9, 0.021484375", "4, 6, 0.75390625", "5, 5, 1"})
  void theTestIsExactAndTwoSided(int lost, int won, double p) {
    assertThat(McNemar.p(lost, won)).isCloseTo(p, within(1e-12));
    assertThat(McNemar.p(won, lost)).isCloseTo(p, within(1e-12));
  }

  @Test
  void onlyItemsOnWhichTheModelsDifferCount() {
    Map<String, Double> before = Map.of("a", 1.0, "b", 1.0, "c", 0.0, "d", 0.0, "e", 1.0);
    Map<String, Double> after = Map.of("a", 1.0, "b", 0.0, "c", 1.0, "d", 0.0, "e", 0.0);
    assertThat(McNemar.test(before, after)).isEqualTo(Optional.of(McNemar.p(2, 1)));
    assertThat(McNemar.test(before, Map.of("a", 0.5, "b", 1.0, "c", 1.0, "d", 1.0, "e", 1.0)))
        .isEmpty();
  }
}
