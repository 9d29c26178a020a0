package io.github.sdtune.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.selection.Rule;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

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
}
