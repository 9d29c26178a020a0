package io.github.sdtune.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KeyedRandomTest {
  private final KeyedRandom random = new KeyedRandom(42);

  @Test
  void normalNumbersHaveTheMomentsOfTheNormalDistribution() {
    float[] x = random.normal(Purpose.NOISE, "moments", 0, 100_000);
    double mean = moment(x, 1);
    assertThat(mean).isCloseTo(0, within(0.01));
    assertThat(moment(x, 2)).isCloseTo(1, within(0.015));
    assertThat(moment(x, 3)).isCloseTo(0, within(0.04));
    assertThat(moment(x, 4)).isCloseTo(3, within(0.1));
    double neighbours = 0;
    for (int i = 1; i < x.length; i++) {
      neighbours += x[i] * x[i - 1] / x.length;
    }
    assertThat(neighbours).isCloseTo(0, within(0.015));
  }

  @Test
  void numbersNeverChangeFromReleaseToRelease() {
    assertThat(random.normal(Purpose.NOISE, "picture.png", 3, 4)).containsExactly(GOLDEN_NORMALS);
    assertThat(random.permutation(Purpose.ORDER, "epoch", 1, 8)).containsExactly(GOLDEN_ORDER);
    assertThat(random.below(Purpose.TIMESTEP, "picture.png", 3, 1000)).isEqualTo(GOLDEN_TIMESTEP);
  }

  @Test
  void aPrefixDoesNotDependOnTheCount() {
    float[] few = random.normal(Purpose.NOISE, "a", 0, 5);
    assertThat(Arrays.copyOf(random.normal(Purpose.NOISE, "a", 0, 64), 5)).containsExactly(few);
  }

  @Test
  void everyPartOfTheKeyMatters() {
    Set<Double> seen = new HashSet<>();
    for (long seed : new long[] {0, 1, 1L << 32, 42}) {
      for (Purpose purpose : Purpose.values()) {
        for (String item : new String[] {"", "a", "b"}) {
          for (int occurrence = 0; occurrence < 3; occurrence++) {
            seen.add(new KeyedRandom(seed).uniform(purpose, item, occurrence, 1)[0]);
          }
        }
      }
    }
    assertThat(seen).hasSize(4 * Purpose.values().length * 3 * 3);
  }

  @Test
  void purposesHaveDistinctIdsThatFitAByte() {
    assertThat(Arrays.stream(Purpose.values()).map(Purpose::id))
        .doesNotHaveDuplicates()
        .allMatch(id -> id > 0 && id < 256);
  }

  @Test
  void belowIsUniform() {
    int[] counts = new int[7];
    for (int i = 0; i < 7000; i++) {
      counts[random.below(Purpose.TIMESTEP, "x", i, 7)]++;
    }
    assertThat(IntStream.of(counts)).allMatch(count -> count > 880 && count < 1120);
  }

  @Test
  void chosenAreTheirShareAndIndependentOfTheirNeighbours() {
    boolean[] chosen = random.chosen(Purpose.DROPOUT, "x", 0, 100_000, 0.3);
    int single = 0;
    int pairs = 0;
    for (int i = 1; i < chosen.length; i++) {
      single += chosen[i] ? 1 : 0;
      pairs += chosen[i] && chosen[i - 1] ? 1 : 0;
    }
    assertThat(single / 1e5).isCloseTo(0.3, within(0.005));
    assertThat(pairs / 1e5).isCloseTo(0.09, within(0.003));
    assertThat(random.chosen(Purpose.DROPOUT, "x", 0, 5, 0.3)).isEqualTo(Arrays.copyOf(chosen, 5));
  }

  @Test
  void aPermutationHoldsEveryNumberOnce() {
    int[] order = random.permutation(Purpose.ORDER, "epoch", 0, 1000);
    assertThat(order).isNotEqualTo(IntStream.range(0, 1000).toArray());
    assertThat(Arrays.stream(order).sorted())
        .containsExactlyElementsOf(IntStream.range(0, 1000).boxed().toList());
  }

  private static double moment(float[] x, int power) {
    double sum = 0;
    for (float value : x) {
      sum += Math.pow(value, power);
    }
    return sum / x.length;
  }

  private static final float[] GOLDEN_NORMALS = {0.87182236f, -1.0194095f, 0.17880331f, 0.7382241f};
  private static final int[] GOLDEN_ORDER = {4, 0, 5, 2, 1, 6, 3, 7};
  private static final int GOLDEN_TIMESTEP = 492;
}
