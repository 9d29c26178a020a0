package io.github.sdtune.maven.parameters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.adapter.AdapterKind;
import io.github.sdtune.adapter.AdapterSettings;
import io.github.sdtune.adapter.DropoutSettings;
import io.github.sdtune.adapter.LokrSettings;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.inversion.InversionSettings;
import io.github.sdtune.method.FullSettings;
import io.github.sdtune.method.MethodSettings;
import io.github.sdtune.method.Published;
import io.github.sdtune.selection.Rule;
import io.github.sdtune.train.TrainingSettings;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@code <training>} says of what moves. */
class MethodParametersTest {
  private final TrainingParameters parameters = new TrainingParameters();

  @BeforeEach
  void nameWhatIsRequired() {
    parameters.maxSteps = 10;
  }

  private TrainingSettings settings() {
    return parameters.settings(Overrides.NONE);
  }

  @ParameterizedTest
  @EnumSource(AdapterKind.class)
  void eachAdapterHasItsDefaults(AdapterKind kind) {
    parameters.method = kind.json();
    AdapterSettings expected =
        AdapterSettings.of(kind, 4, 4, List.of(AdapterSettings.targets(AdapterSettings.ATTENTION)));
    assertThat(settings().method().adapter()).contains(expected);
  }

  @Test
  void whatIsSaidArrivesInLokr() {
    parameters.method = "lokr";
    parameters.rank = 8;
    parameters.alpha = 2.0;
    parameters.rsLora = true;
    parameters.rankDropout = 0.1;
    parameters.moduleDropout = 0.2;
    parameters.scaleWeightNorms = 1.5;
    parameters.lokrFactor = 16;
    parameters.lokrDecomposeBoth = true;
    parameters.targetModules = List.of("conv1");
    assertThat(settings().method().adapter())
        .contains(
            new AdapterSettings(
                AdapterKind.LOKR,
                8,
                2,
                true,
                new DropoutSettings(0, 0.1, 0.2),
                Optional.of(1.5),
                Optional.of(new LokrSettings(16, true, false)),
                List.of(AdapterSettings.targets(List.of("conv1")))));
    parameters.lokrDecomposeBoth = false;
    parameters.lokrFullMatrix = true;
    assertThat(settings().method().adapter().orElseThrow().lokr())
        .contains(new LokrSettings(16, false, true));
  }

  @Test
  void whatAnAdapterCannotHaveIsRefusedTogether() {
    parameters.method = "loha";
    parameters.dropout = 0.1;
    parameters.moduleDropout = 1.0;
    parameters.scaleWeightNorms = 0.0;
    parameters.lokrFactor = 4;
    assertThatThrownBy(this::settings)
        .hasMessageContainingAll(
            "<training><moduleDropout>: found 1.0, expected at least 0 and less than 1",
            "<training><scaleWeightNorms>: found 0.0, expected more than 0",
            "<training><lokrFactor>: found 4, expected nothing beside <method> loha");
    parameters.moduleDropout = null;
    assertThatThrownBy(this::settings)
        .hasMessageContaining("<training><dropout>: found 0.1, expected nothing beside <method>");
    parameters.method = "dora";
    parameters.lokrFactor = null;
    parameters.scaleWeightNorms = null;
    parameters.rankDropout = 0.1;
    assertThatThrownBy(this::settings)
        .hasMessageContaining(
            "<training><rankDropout>: found 0.1, expected nothing beside <method>");
    parameters.method = "lokr";
    parameters.dropout = null;
    parameters.lokrFactor = 0;
    parameters.lokrDecomposeBoth = true;
    parameters.lokrFullMatrix = true;
    assertThatThrownBy(this::settings)
        .hasMessageContainingAll(
            "<training><lokrFactor>: found 0, expected at least 1, or -1",
            "<training><lokrDecomposeBoth>: found true, expected nothing beside <lokrFullMatrix>");
    parameters.method = "lorra";
    assertThatThrownBy(this::settings)
        .hasMessageContaining(
            "<training><method>: found lorra, expected one of lora, dora, loha, lokr, full");
  }

  private InversionParameters inversion() {
    parameters.inversion = new InversionParameters();
    parameters.inversion.token = "<fox>";
    parameters.inversion.initializerText = "animal";
    return parameters.inversion;
  }

  @Test
  void aWordIsLearnedAloneOrBesideAnAdapter() {
    InversionParameters inversion = inversion();
    InversionSettings byDefault =
        new InversionSettings(
            "<fox>", "animal", 1, List.of(), Optional.empty(), Optional.empty(), false);
    parameters.method = "textual-inversion";
    assertThat(settings().method())
        .isEqualTo(new MethodSettings(Optional.empty(), Optional.of(byDefault), Optional.empty()));
    parameters.method = "dora";
    inversion.vectors = 2;
    inversion.templates = List.of("a photo of {}", "{}, {caption}");
    inversion.learningRate = 5e-3;
    inversion.weightDecay = 0.0;
    inversion.preserveNorm = true;
    assertThat(settings().method().adapter().orElseThrow().kind()).isEqualTo(AdapterKind.DORA);
    assertThat(settings().method().inversion())
        .contains(
            new InversionSettings(
                "<fox>",
                "animal",
                2,
                List.of("a photo of {}", "{}, {caption}"),
                Optional.of(5e-3),
                Optional.of(0.0),
                true));
    assertThat(settings().method().published())
        .extracting(Published::type, published -> published.classifier().orElse(""))
        .containsExactly(tuple("safetensors", "lora"), tuple("safetensors", "embedding"));
  }

  @ParameterizedTest
  @CsvSource({"object, 27, a photo of a {}", "style, 19, a painting in the style of {}"})
  void thePapersTemplates(String property, int count, String first) {
    inversion().learnableProperty = property;
    List<String> templates = settings().method().inversion().orElseThrow().templates();
    assertThat(templates).hasSize(count).startsWith(first).allMatch(t -> t.endsWith("{}"));
  }

  @Test
  void allThatIsWrongWithAWordIsSaid() {
    parameters.method = "textual-inversion";
    parameters.rank = 4;
    parameters.rules = List.of(new RuleParameters());
    assertThatThrownBy(this::settings)
        .hasMessageContainingAll(
            "<training><inversion>: found nothing, expected the <token>",
            "<training><rank>: found 4, expected nothing beside <method> textual-inversion",
            "<training><rules>");
    parameters.rank = null;
    parameters.rules = List.of();
    inversion().token = "photo of";
    parameters.inversion.initializerText = null;
    parameters.inversion.vectors = 0;
    parameters.inversion.learnableProperty = "animal";
    assertThatThrownBy(this::settings)
        .hasMessageContainingAll(
            "<training><inversion><token>: found 'photo of', expected a word without spaces",
            "<training><inversion><initializerText>: found nothing",
            "<training><inversion><vectors>: found 0",
            "<training><inversion><learnableProperty>: found animal, expected object or style");
    inversion().learnableProperty = "object";
    parameters.inversion.templates = List.of("{}");
    assertThatThrownBy(this::settings)
        .hasMessageContaining("<learnableProperty>: found object, expected nothing beside");
    inversion();
    parameters.method = "full";
    assertThatThrownBy(this::settings).hasMessageContaining("found full beside another");
  }

  private RuleParameters rule(String part, String... include) {
    RuleParameters rule = new RuleParameters();
    rule.part = part;
    rule.include.addAll(List.of(include));
    parameters.rules.add(rule);
    return rule;
  }

  @Test
  void fullFineTuningMovesTheUNetUnlessRulesSayMore() {
    parameters.method = "full";
    assertThat(settings().method()).isEqualTo(MethodSettings.of(FullSettings.UNET));
    rule("unet", "*.bias", "*norm*").weightDecay = 0.0;
    rule("text_encoder", "*").learningRate = 1e-5;
    FullSettings full = settings().method().full().orElseThrow();
    assertThat(full.rules()).extracting(Rule::part).containsExactly(Part.UNET, Part.TEXT_ENCODER);
    assertThat(full.rules().get(0).weightDecay()).contains(0.0);
    assertThat(full.rules().get(1).learningRate()).contains(1e-5);
    assertThat(settings().method().adapter()).isEmpty();
  }

  @Test
  void fullFineTuningHasDropoutInTheUNet() {
    parameters.method = "full";
    parameters.dropout = 0.1;
    assertThat(settings().method().full().orElseThrow().dropout().input()).isEqualTo(0.1);
    parameters.dropout = 1.0;
    assertThatThrownBy(this::settings)
        .hasMessageContaining(
            "<training><dropout>: found 1.0, expected at least 0 and less than 1");
    parameters.dropout = 0.1;
    rule("text_encoder", "*");
    assertThatThrownBy(this::settings)
        .hasMessageContaining(
            "<training><dropout>: found 0.1, expected nothing without a rule of part unet");
  }

  @Test
  void whatBelongsToAdaptersIsRefusedByNameBesideFull() {
    parameters.method = "full";
    parameters.rank = 8;
    parameters.alpha = 8.0;
    parameters.rankDropout = 0.1;
    parameters.targetModules.add("to_q");
    rule("vae", "decoder.*").rank = 4;
    rule("unet", "*");
    assertThatThrownBy(this::settings)
        .isInstanceOf(SdtuneException.class)
        .hasMessageContainingAll(
            "<training><rank>: found 8, expected nothing beside <method> full",
            "<training><alpha>: found 8.0",
            "<training><rankDropout>: found 0.1",
            "<training><targetModules>: found [to_q]",
            "<rule> 1: <rank>: found 4",
            "<rule> 1: found part vae beside <training><rules><rule> 2 of other parts");
  }

  @Test
  void whatADecoderMakesNoUseOfIsRefusedByName() {
    parameters.method = "full";
    rule("vae", "decoder.*");
    assertThat(settings().method().moves(Part.VAE)).isTrue();
    parameters.noiseOffset = 0.1;
    parameters.snrGamma = 5.0;
    parameters.captions.dropout = 0.1;
    parameters.augmentation.flip = 0.5;
    parameters.priorPreservation = new PriorPreservationParameters();
    assertThatThrownBy(this::settings)
        .isInstanceOf(SdtuneException.class)
        .hasMessageContainingAll(
            "<training><priorPreservation>: found a class, expected nothing beside part vae",
            "<training><captions>: found other ones, expected nothing beside part vae",
            "<training><augmentation>: found some, expected nothing beside part vae",
            "<training><noiseOffset>: found 0.1, expected nothing beside part vae",
            "<training><snrGamma>: found 5.0, expected nothing beside part vae");
  }
}
