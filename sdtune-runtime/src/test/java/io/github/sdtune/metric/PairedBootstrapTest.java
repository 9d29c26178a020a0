package io.github.sdtune.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PairedBootstrapTest {
  @Test
  void theIntervalIsThatOfTheNormalDistributionForManyItems() {
    Random random = new Random(7);
    Map<String, Double> base = new LinkedHashMap<>();
    Map<String, Double> tuned = new LinkedHashMap<>();
    double[] differences = new double[400];
    for (int i = 0; i < differences.length; i++) {
      double value = 5 + 10 * random.nextGaussian();
      differences[i] = -0.5 + random.nextGaussian();
      base.put("item" + i, value);
      tuned.put("item" + i, value + differences[i]);
    }
    double mean = Arrays.stream(differences).average().orElseThrow();
    double deviation =
        Math.sqrt(Arrays.stream(differences).map(d -> (d - mean) * (d - mean)).sum() / 399);
    double half = 1.96 * deviation / Math.sqrt(400);

    Comparison comparison = PairedBootstrap.compare(base, tuned);

    assertThat(comparison.difference()).isCloseTo(mean, within(1e-12));
    assertThat(comparison.low()).isCloseTo(mean - half, within(0.1 * half));
    assertThat(comparison.high()).isCloseTo(mean + half, within(0.1 * half));
    assertThat(comparison.significant()).isTrue();
    assertThat(comparison.items()).isEqualTo(400);
  }

  @Test
  void theOrderOfTheItemsDoesNotMatter() {
    Map<String, Double> base = new LinkedHashMap<>();
    Map<String, Double> tuned = new LinkedHashMap<>();
    Map<String, Double> reversedBase = new LinkedHashMap<>();
    Map<String, Double> reversedTuned = new LinkedHashMap<>();
    for (int i = 0; i < 20; i++) {
      base.put("i" + i, Math.sin(i));
      tuned.put("i" + i, Math.cos(3.0 * i));
      reversedBase.put("i" + (19 - i), Math.sin(19 - i));
      reversedTuned.put("i" + (19 - i), Math.cos(3.0 * (19 - i)));
    }

    assertThat(PairedBootstrap.compare(reversedBase, reversedTuned))
        .isEqualTo(PairedBootstrap.compare(base, tuned));
  }

  @Test
  void aShiftOfAllItemsIsCertainHoweverMuchTheyVary() {
    Comparison comparison =
        PairedBootstrap.compare(Map.of("a", -4.0, "b", 2.0), Map.of("a", -3.0, "b", 3.0));

    assertThat(comparison).isEqualTo(new Comparison(1, 1, 1, 1, 2));
  }

  @Test
  void theRelativeDifferenceOfANegativeBaseKeepsItsSign() {
    assertThat(PairedBootstrap.compare(Map.of("a", -2.0), Map.of("a", -3.0)).relative())
        .isEqualTo(-0.5);
  }

  @Test
  void nothingIsSignificantWithoutItemsOrWithNaN() {
    Comparison none = PairedBootstrap.compare(Map.of(), Map.of());
    Comparison nan =
        PairedBootstrap.compare(Map.of("a", 1.0, "b", 1.0), Map.of("a", Double.NaN, "b", 9.0));

    assertThat(none.difference()).isNaN();
    assertThat(nan.difference()).isNaN();
    assertThat(none.significant() || nan.significant()).isFalse();
  }

  @Test
  void refusesToCompareDifferentItems() {
    assertThatThrownBy(() -> PairedBootstrap.compare(Map.of("a", 1.0), Map.of("b", 1.0)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
