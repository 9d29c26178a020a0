package io.github.sdtune.maven.parameters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.adapter.AdapterSettings;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.selection.Preset;
import io.github.sdtune.selection.Rule;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RuleParametersTest {
  private final TrainingParameters training = new TrainingParameters();
  private final RuleParameters rule = new RuleParameters();

  @BeforeEach
  void nameWhatIsRequired() {
    training.maxSteps = 10;
  }

  private List<Rule> rules() {
    return training.settings(Overrides.NONE).method().adapter().orElseThrow().rules();
  }

  @Test
  void whatIsSaidArrivesInTheRule() {
    rule.part = "text_encoder";
    rule.preset = "attention + feed-forward";
    rule.include.add("text_projection");
    rule.exclude.add("*.layers.11.*");
    rule.rank = 8;
    rule.alpha = 4.0;
    rule.learningRate = 1e-5;
    rule.weightDecay = 0.0;
    rule.firstStep = 3;
    training.rules.add(rule);
    assertThat(rules())
        .containsExactly(
            new Rule(
                "<training><rules><rule> 1",
                Part.TEXT_ENCODER,
                List.of(Preset.ATTENTION, Preset.FEED_FORWARD),
                List.of("text_projection"),
                List.of("*.layers.11.*"),
                Optional.of(8),
                Optional.of(4.0),
                Optional.of(1e-5),
                Optional.of(0.0),
                3));
  }

  @Test
  void layersAreTheShortWayToSay() {
    training.layers = "cross-attention";
    training.targetModules.add("conv_in");
    assertThat(rules())
        .containsExactly(
            Rule.of(
                "<training><layers>",
                Part.UNET,
                List.of(Preset.CROSS_ATTENTION),
                List.of("conv_in")));
  }

  @Test
  void withoutAnyTheAttentionOfDiffusersScripts() {
    assertThat(rules())
        .containsExactly(AdapterSettings.targets(List.of("to_q", "to_k", "to_v", "to_out.0")));
  }

  @Test
  void layersChooseParametersWhereTheseMove() {
    training.method = "full";
    training.layers = "biases+norms";
    assertThat(training.settings(Overrides.NONE).method().full().orElseThrow().rules())
        .containsExactly(
            Rule.of(
                "<training><layers>", Part.UNET, List.of(Preset.BIASES, Preset.NORMS), List.of()));
  }

  @Test
  void adaptersAreNotForTheAutoencoder() {
    rule.part = "vae";
    rule.preset = "up-blocks";
    training.rules.add(rule);
    assertThatThrownBy(this::rules)
        .hasMessage(
            "<training><rules><rule> 1: <part>: found vae, expected nothing beside <method> lora:"
                + " adapters are for the UNet and text encoders");
  }

  @Test
  void allThatContradictsIsRefusedTogether() {
    training.layers = "atention";
    assertThatThrownBy(this::rules)
        .isInstanceOf(SdtuneException.class)
        .hasMessage("<training><layers>: found atention, did you mean attention?");
    rule.preset = "everything+self-atention";
    training.rules.add(rule);
    training.rules.add(new RuleParameters());
    training.targetModules.add("to_q");
    assertThatThrownBy(this::rules)
        .isInstanceOf(SdtuneException.class)
        .hasMessageContainingAll(
            "<training><layers>: found atention, expected nothing beside <rules>",
            "<training><targetModules>: found [to_q], expected nothing beside <rules>",
            "<training><rules><rule> 1: <preset>: found everything, expected one of attention, ",
            "<training><rules><rule> 1: <preset>: found self-atention, did you mean"
                + " self-attention",
            "<training><rules><rule> 2: has no patterns");
  }
}
