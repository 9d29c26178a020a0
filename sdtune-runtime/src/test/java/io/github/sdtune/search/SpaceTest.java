package io.github.sdtune.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.search.Candidates.Listed;
import io.github.sdtune.search.Candidates.Range;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SpaceTest {
  private static final Candidates RANKS = new Listed(List.of("4", "8", "16"));
  private static final Candidates METHODS = new Listed(List.of("lora", "dora"));
  private static final Candidates RATES = new Range(1e-5, 1e-3, true, false);

  private static Space space(Map<String, Candidates> candidates) {
    return new Space(new TreeMap<>(candidates));
  }

  @Test
  void listsAreAGridWithoutRepetition() {
    Space space = space(Map.of("rank", RANKS, "method", METHODS));
    assertThat(space.size()).contains(6);
    List<SortedMap<String, String>> all = space.draw(100, 0);
    assertThat(all).hasSize(6).doesNotHaveDuplicates();
    assertThat(space.draw(4, 0)).isEqualTo(all.subList(0, 4));
    assertThat(space.draw(6, 1)).containsExactlyInAnyOrderElementsOf(all).isNotEqualTo(all);
  }

  @Test
  void rangesAreDrawnAnewAndListsGoneThroughInTurn() {
    Space space = space(Map.of("rank", RANKS, "learningRate", RATES));
    assertThat(space.size()).isEmpty();
    List<SortedMap<String, String>> drawn = space.draw(30, 7);
    assertThat(drawn).hasSize(30).doesNotHaveDuplicates();
    assertThat(drawn.stream().map(settings -> settings.get("learningRate")).distinct().count())
        .isGreaterThan(25);
    for (int pass = 0; pass < 10; pass++) {
      assertThat(drawn.subList(3 * pass, 3 * pass + 3).stream().map(s -> s.get("rank")))
          .containsExactlyInAnyOrder("4", "8", "16");
    }
    assertThat(space.draw(30, 7)).isEqualTo(drawn);
    assertThat(space.draw(10, 7)).isEqualTo(drawn.subList(0, 10));
    assertThat(space.draw(30, 8)).isNotEqualTo(drawn);
  }

  @Test
  void ordersOfMagnitudeAreEquallyLikely() {
    List<Double> rates =
        space(Map.of("learningRate", RATES)).draw(1000, 0).stream()
            .map(settings -> Double.valueOf(settings.get("learningRate")))
            .toList();
    assertThat(rates).allMatch(rate -> rate >= 1e-5 && rate <= 1e-3);
    assertThat(rates.stream().filter(rate -> rate < 1e-4).count()).isBetween(450L, 550L);
  }

  @Test
  void aSmallRangeOfWholeNumbersIsExhausted() {
    Space space = space(Map.of("rank", new Range(1, 3, false, true)));
    assertThat(space.draw(10, 0)).hasSize(3);
  }

  @Test
  void refusesNothingAndTooMuch() {
    assertThatThrownBy(() -> space(Map.of()))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining("<tune><parameters>: found none");
    Candidates many = new Listed(IntStream.range(0, 101).mapToObj(Integer::toString).toList());
    assertThatThrownBy(() -> space(Map.of("a", many, "b", many)))
        .hasMessageContaining("found 10201 combinations of listed values");
  }
}
