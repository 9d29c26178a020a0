package io.github.sdtune.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.search.Candidates.Kind;
import io.github.sdtune.search.Candidates.Listed;
import io.github.sdtune.search.Candidates.Range;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CandidatesTest {
  private static Candidates number(String text) {
    return Candidates.parse("<rate>", text, Kind.NUMBER);
  }

  @Test
  void readsListsAndRanges() {
    assertThat(number("1e-4, 2e-4")).isEqualTo(new Listed(List.of("1e-4", "2e-4")));
    assertThat(number("1e-5..1e-3 log")).isEqualTo(new Range(1e-5, 1e-3, true, false));
    assertThat(number(" 0 .. 0.2 ")).isEqualTo(new Range(0, 0.2, false, false));
    assertThat(number("-1..1")).isEqualTo(new Range(-1, 1, false, false));
    assertThat(Candidates.parse("<rank>", "4..64 log", Kind.WHOLE_NUMBER))
        .isEqualTo(new Range(4, 64, true, true));
    assertThat(number("0.1")).isEqualTo(new Listed(List.of("0.1")));
    assertThat(Candidates.parse("<method>", "lora,dora", Kind.TEXT))
        .isEqualTo(new Listed(List.of("lora", "dora")));
  }

  @Test
  void valuesWithCommasArePartedByBars() {
    assertThat(Candidates.parse("<learningRateSteps>", "1:10,0.1 | 1:20,0.1", Kind.TEXT))
        .isEqualTo(new Listed(List.of("1:10,0.1", "1:20,0.1")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "1e-3..1e-5 log; two numbers, the smaller first",
        "1..1; two numbers, the smaller first",
        "low..high; two numbers",
        "0..1 log; more than 0 in a range with log",
        "1,,2; values such as 4,8,16 or a range",
        "1,2,1; each value once"
      })
  void refusesWhatCannotBe(String text, String expected) {
    assertThatThrownBy(() -> number(text))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContainingAll("<rate>: found " + text + ", expected", expected);
  }

  @Test
  void aRangeIsCoveredEvenlyOrByOrdersOfMagnitude() {
    assertThat(new Range(0, 2, false, false).at(0.25)).isEqualTo("0.5");
    assertThat(new Range(1e-5, 1e-3, true, false).at(0.5)).isEqualTo("1e-4");
    assertThat(new Range(1e-5, 1e-3, true, false).at(0)).isEqualTo("1e-5");
    assertThat(new Range(1e-3, 1e-1, true, false).at(0.25)).isEqualTo("0.00316");
    assertThat(new Range(1.23456, 1.23457, false, false).at(0.5)).isEqualTo("1.23456");
    assertThat(new Range(1e6, 1e8, true, false).at(0.5)).isEqualTo("1e7");
  }

  @Test
  void eachWholeNumberIsEquallyLikely() {
    Range range = new Range(3, 5, false, true);
    assertThat(IntStream.range(0, 300).mapToObj(i -> range.at(i / 300.0)))
        .satisfies(
            drawn -> {
              assertThat(drawn.stream().filter("3"::equals)).hasSize(100);
              assertThat(drawn.stream().filter("4"::equals)).hasSize(100);
              assertThat(drawn.stream().filter("5"::equals)).hasSize(100);
            });
    assertThat(new Range(4, 64, true, true).at(Math.nextDown(1.0))).isEqualTo("64");
  }
}
