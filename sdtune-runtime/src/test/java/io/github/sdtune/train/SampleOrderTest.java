package io.github.sdtune.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdtune.tensor.KeyedRandom;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SampleOrderTest {
  private final SampleOrder order = new SampleOrder(new KeyedRandom(7), 10);

  @Test
  void everyEpochHasEveryPictureOnce() {
    for (int epoch = 0; epoch < 3; epoch++) {
      int first = epoch * 10;
      List<Integer> items =
          IntStream.range(first, first + 10).mapToObj(p -> order.at(p).item()).toList();
      assertThat(items).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    }
  }

  @Test
  void epochsAreShuffledDifferently() {
    assertThat(items(0)).isNotEqualTo(items(10));
  }

  @Test
  void countsTheEpochs() {
    assertThat(order.at(9).epoch()).isZero();
    assertThat(order.at(35).epoch()).isEqualTo(3);
  }

  @Test
  void aPositionIsTheSameFromWhereverTheRunGoesOn() {
    SampleOrder resumed = new SampleOrder(new KeyedRandom(7), 10);
    assertThat(resumed.at(57)).isEqualTo(order.at(57));
    assertThat(order.at(3)).isEqualTo(new SampleOrder(new KeyedRandom(7), 10).at(3));
  }

  @Test
  void anotherSeedIsAnotherOrder() {
    SampleOrder other = new SampleOrder(new KeyedRandom(8), 10);
    List<Integer> items = IntStream.range(0, 10).mapToObj(p -> other.at(p).item()).toList();
    assertThat(items).isNotEqualTo(items(0));
  }

  private List<Integer> items(int first) {
    return IntStream.range(first, first + 10).mapToObj(p -> order.at(p).item()).toList();
  }
}
