package io.github.sdtune.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.selection.Rule;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an adapter adds to a layer is known without a tensor. */
class AdapterLayoutTest {
  private static final List<Long> LINEAR = List.of(320L, 768L);
  private static final List<Long> CONVOLUTION = List.of(640L, 320L, 3L, 3L);

  private static List<String> of(AdapterSettings settings, List<Long> weight) {
    return settings.parameters("layer", weight, settings.rules().get(0)).stream()
        .map(p -> p.name() + " " + p.shape())
        .toList();
  }

  @Test
  void loraHasThePairOfPeft() {
    AdapterSettings settings = AdapterSettings.lora(4, 4, 0, List.of("layer"));
    assertThat(of(settings, LINEAR))
        .containsExactly("layer.lora_A.weight [4, 768]", "layer.lora_B.weight [320, 4]");
    assertThat(of(settings, CONVOLUTION))
        .containsExactly(
            "layer.lora_A.weight [4, 320, 3, 3]", "layer.lora_B.weight [640, 4, 1, 1]");
    assertThat(settings.parameters("layer", LINEAR, settings.rules().get(0)).get(0).count())
        .isEqualTo(3072);
  }

  @Test
  void aRulesOwnRankCounts() {
    AdapterSettings settings = AdapterSettings.lora(4, 4, 0, List.of("layer"));
    Rule rule =
        new Rule(
            "rule 1",
            Part.UNET,
            List.of(),
            List.of("layer"),
            List.of(),
            Optional.of(2),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            0);
    assertThat(settings.parameters("layer", LINEAR, rule))
        .extracting(AdapterParameter::shape)
        .containsExactly(List.of(2L, 768L), List.of(320L, 2L));
  }

  private static AdapterSettings of(AdapterKind kind, int rank, LokrSettings lokr) {
    return new AdapterSettings(
        kind,
        rank,
        1,
        false,
        DropoutSettings.NONE,
        Optional.empty(),
        Optional.ofNullable(lokr),
        List.of(AdapterSettings.targets(List.of("layer"))));
  }

  @Test
  void doraHasAMagnitudeForEachOutput() {
    AdapterSettings dora = of(AdapterKind.DORA, 4, null);
    assertThat(of(dora, LINEAR)).hasSize(3).contains("layer.lora_magnitude_vector [320]");
    assertThat(of(dora, CONVOLUTION)).contains("layer.lora_magnitude_vector [1, 640, 1, 1]");
  }

  @Test
  void lohaHasTwoPairs() {
    assertThat(of(of(AdapterKind.LOHA, 4, null), CONVOLUTION))
        .containsExactly(
            "layer.hada_w1_a [640, 4]",
            "layer.hada_w1_b [4, 2880]",
            "layer.hada_w2_a [640, 4]",
            "layer.hada_w2_b [4, 2880]");
  }

  /** The shapes of {@code lycoris.modules.lokr.LokrModule}, printed with lycoris-lora 4.1.3. */
  @Test
  void lokrHasTheFactorsOfLycoris() {
    assertThat(of(of(AdapterKind.LOKR, 4, LokrSettings.DEFAULTS), LINEAR))
        .containsExactly(
            "layer.lokr_w1 [16, 24]", "layer.lokr_w2_a [20, 4]", "layer.lokr_w2_b [4, 32]");
    assertThat(of(of(AdapterKind.LOKR, 16, LokrSettings.DEFAULTS), LINEAR))
        .containsExactly("layer.lokr_w1 [16, 24]", "layer.lokr_w2 [20, 32]");
    assertThat(of(of(AdapterKind.LOKR, 4, new LokrSettings(8, true, false)), CONVOLUTION))
        .containsExactly(
            "layer.lokr_w1 [8, 8]", "layer.lokr_w2_a [80, 4]", "layer.lokr_w2_b [4, 360]");
    assertThat(of(of(AdapterKind.LOKR, 3, new LokrSettings(8, true, false)), CONVOLUTION))
        .containsExactly(
            "layer.lokr_w1_a [8, 3]",
            "layer.lokr_w1_b [3, 8]",
            "layer.lokr_w2_a [80, 3]",
            "layer.lokr_w2_b [3, 360]");
    assertThat(of(of(AdapterKind.LOKR, 3, new LokrSettings(8, false, true)), CONVOLUTION))
        .containsExactly("layer.lokr_w1 [8, 8]", "layer.lokr_w2 [80, 40, 3, 3]");
  }

  /** The table in {@code lycoris.functional.general.factorization}, and what it answers beyond. */
  @ParameterizedTest
  @CsvSource({
    "127, -1, 1, 127",
    "128, -1, 8, 16",
    "250, -1, 10, 25",
    "360, -1, 18, 20",
    "512, -1, 16, 32",
    "1024, -1, 32, 32",
    "127, 4, 1, 127",
    "128, 16, 8, 16",
    "250, 4, 2, 125",
    "250, 8, 5, 50",
    "250, 16, 10, 25",
    "360, 16, 15, 24",
    "1024, 16, 16, 64",
    "320, 7, 5, 64",
    "4, 8, 2, 2",
    "1, -1, 1, 1"
  })
  void aDimensionIsSplitAsByLycoris(long dimension, int factor, long small, long large) {
    assertThat(new LokrSettings(factor, false, false).split(dimension))
        .isEqualTo(new LokrSettings.Split(small, large));
  }
}
