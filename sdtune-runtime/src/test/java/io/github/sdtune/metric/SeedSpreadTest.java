package io.github.sdtune.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SeedSpreadTest {
  private static Map<String, Metric> measured(double loss, double colours, double f1) {
    return Map.of(
        "validation.loss", MetricCatalog.metric("validation.loss", loss),
        "samples.colourfulness", MetricCatalog.metric("samples.colourfulness", colours),
        "classification.macroF1", MetricCatalog.metric("classification.macroF1", f1));
  }

  /** 1, 2, 3, 4: the mean is 2.5, the deviation the root of 5/3. */
  @Test
  void threeStandardDeviationsOfASampleRoundedUp() {
    List<SeedSpread> spreads =
        SeedSpread.of(
            List.of(
                measured(1, 0, 0.5),
                measured(2, 1, 0.5),
                measured(3, 0, 0.5),
                measured(4, 1, 0.5)));
    assertThat(spreads)
        .extracting(SeedSpread::metric) // colourfulness has no better side, and cannot regress
        .containsExactly("validation.loss", "classification.macroF1");
    assertThat(spreads.get(0).mean()).isEqualTo(2.5);
    assertThat(spreads.get(0).standardDeviation()).isCloseTo(Math.sqrt(5 / 3.0), within(1e-15));
    assertThat(spreads.get(0).tolerance().toPlainString()).isEqualTo("3.9");
    assertThat(spreads.get(1).tolerance().toPlainString()).isEqualTo("0");
  }

  @Test
  void whatIsNotFiniteUnderOneSeedHasNoSpread() {
    assertThat(SeedSpread.of(List.of(measured(1, 0, 0.5), measured(Double.NaN, 0, 0.6))))
        .extracting(SeedSpread::metric)
        .containsExactly("classification.macroF1");
  }
}
