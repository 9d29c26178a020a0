package io.github.sdtune.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.SdtuneException;
import java.util.List;
import org.junit.jupiter.api.Test;

class TargetModulesTest {
  private static final List<String> NAMES =
      List.of(
          "down_blocks.0.attentions.0.attn1.to_q",
          "down_blocks.0.attentions.0.attn1.to_out.0",
          "down_blocks.0.resnets.0.conv1",
          "mid_block.attentions.0.attn2.to_q",
          "conv_in");

  @Test
  void aNameMatchesTheEndAtADot() {
    assertThat(TargetModules.select(List.of("to_q"), NAMES))
        .containsExactly(NAMES.get(0), NAMES.get(3));
    assertThat(TargetModules.select(List.of("to_out.0", "conv_in"), NAMES))
        .containsExactly(NAMES.get(1), NAMES.get(4));
  }

  @Test
  void aPieceOfAPartMatchesNothing() {
    assertThatThrownBy(() -> TargetModules.select(List.of("_q"), NAMES))
        .isInstanceOf(SdtuneException.class);
  }

  @Test
  void aStarStandsForAnything() {
    assertThat(TargetModules.select(List.of("down_blocks.*to_q"), NAMES))
        .containsExactly(NAMES.get(0));
    assertThat(TargetModules.select(List.of("*conv*"), NAMES))
        .containsExactly(NAMES.get(2), NAMES.get(4));
  }

  @Test
  void allIdlePatternsAreNamedWithNearMisses() {
    assertThatThrownBy(() -> TargetModules.select(List.of("to_qq", "to_q", "conv.1"), NAMES))
        .hasMessageContaining("'to_qq' matches no layer; did you mean to_q?")
        .hasMessageContaining("'conv.1' matches no layer")
        .hasMessageNotContaining("'to_q' matches");
  }
}
