package io.github.sdtune.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.checkpoint.Part;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SelectionTest {
  private static final List<String> NAMES =
      List.of(
          "down_blocks.0.attentions.0.attn1.to_q",
          "down_blocks.0.attentions.0.attn1.to_out.0",
          "down_blocks.0.resnets.0.conv1",
          "mid_block.attentions.0.attn2.to_q",
          "conv_in");

  private static Rule rule(int number, List<String> include, List<String> exclude) {
    return new Rule(
        "rule " + number,
        Part.UNET,
        List.of(),
        include,
        exclude,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        0);
  }

  private static Map<String, Rule> select(Rule... rules) {
    return Selection.of(List.of(rules), Map.of(Part.UNET, NAMES)).of(Part.UNET);
  }

  private static Map<String, Rule> select(String... patterns) {
    return select(rule(1, List.of(patterns), List.of()));
  }

  @Test
  void aNameMatchesTheEndAtADot() {
    assertThat(select("to_q")).containsOnlyKeys(NAMES.get(0), NAMES.get(3));
    assertThat(select("to_out.0", "conv_in")).containsOnlyKeys(NAMES.get(1), NAMES.get(4));
  }

  @Test
  void aPieceOfAPartMatchesNothing() {
    assertThatThrownBy(() -> select("_q")).isInstanceOf(SdtuneException.class);
  }

  @Test
  void aStarStandsForAnything() {
    assertThat(select("down_blocks.*to_q")).containsOnlyKeys(NAMES.get(0));
    assertThat(select("*conv*")).containsOnlyKeys(NAMES.get(2), NAMES.get(4));
  }

  @Test
  void whatIsExcludedIsLeftToLaterRules() {
    Rule first = rule(1, List.of("to_q"), List.of("mid_block.*"));
    Rule second = rule(2, List.of("*"), List.of());
    Map<String, Rule> selected = select(first, second);
    assertThat(selected.keySet()).containsExactlyElementsOf(NAMES);
    assertThat(selected.get(NAMES.get(0))).isEqualTo(first);
    assertThat(selected.get(NAMES.get(3))).isEqualTo(second);
  }

  @Test
  void allIdlePatternsAreNamedWithNearMisses() {
    Rule first = rule(1, List.of("to_qq", "to_q"), List.of());
    Rule second = rule(2, List.of("conv_in"), List.of("conv.1"));
    assertThatThrownBy(() -> select(first, second))
        .hasMessageContaining("rule 1: 'to_qq' matches nothing in unet; did you mean to_q?")
        .hasMessageContaining("rule 2: 'conv.1' matches nothing")
        .hasMessageNotContaining("'to_q' matches");
  }

  @Test
  void aPartThatTheModelDoesNotHaveIsNamed() {
    Rule rule = Rule.of("rule 1", Part.TEXT_ENCODER_2, List.of("q_proj"));
    assertThatThrownBy(() -> Selection.of(List.of(rule), Map.of(Part.UNET, NAMES)))
        .hasMessage("rule 1: the base model has no text_encoder_2; it has unet");
  }

  @Test
  void presetsAndPatternsAddUpAndAreExcludedAlike() {
    Rule rule =
        new Rule(
            "rule 1",
            Part.UNET,
            List.of(Preset.CROSS_ATTENTION),
            List.of("conv_in", "*.attn1.*"),
            List.of("to_out.0"),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            0);
    assertThat(select(rule)).containsOnlyKeys(NAMES.get(0), NAMES.get(3), NAMES.get(4));
  }

  @Test
  void aRuleThatRulesBeforeItLeaveNothingIsRefused() {
    Rule first = rule(1, List.of("*"), List.of("conv_in"));
    Rule second = rule(2, List.of("to_q"), List.of());
    Rule third = rule(3, List.of("conv_in"), List.of());
    assertThatThrownBy(() -> select(first, second, third))
        .isInstanceOf(SdtuneException.class)
        .hasMessage(
            "rule 2: moves nothing, because all of its 2 names are taken by rule 1; put it before,"
                + " or leave it out");
  }

  @Test
  void aRuleThatExcludesAllItIncludesIsRefused() {
    Rule rule = rule(1, List.of("conv_in"), List.of("conv*"));
    assertThatThrownBy(() -> select(rule))
        .hasMessage("rule 1: moves nothing, because <exclude> takes away all that it includes");
  }
}
