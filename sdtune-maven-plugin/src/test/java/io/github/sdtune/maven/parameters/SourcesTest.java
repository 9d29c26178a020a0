package io.github.sdtune.maven.parameters;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdtune.io.Json;
import io.github.sdtune.job.ResolvedConfiguration;
import io.github.sdtune.job.ResolvedConfiguration.Option;
import java.io.File;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SourcesTest {
  private final TrainingParameters training = new TrainingParameters();
  private final Properties commandLine = new Properties();

  @BeforeEach
  void nameWhatIsRequired() {
    training.maxSteps = 10;
  }

  private ResolvedConfiguration configuration(String... written) {
    Overrides overrides = Overrides.of(commandLine);
    Sources sources = new Sources(Set.of(written), overrides);
    training.settings(overrides, sources);
    return sources.configuration();
  }

  private static Option from(Object value, String source) {
    return new Option(value, source);
  }

  @Test
  void eachOptionHasItsValueAndWhereThatIsFrom() {
    training.rank = 8;
    commandLine.setProperty("sdtune.learningRate", "0.2");
    assertThat(configuration("training.batchSize").options())
        .containsEntry("training.maxSteps", from(10, "POM"))
        .containsEntry("training.rank", from(8, "POM"))
        .containsEntry("training.batchSize", from(16, "POM")) // written, though as it is anyway
        .containsEntry("training.learningRate", from(0.2, "command line"))
        .containsEntry("training.alpha", from(8.0, "default"))
        .containsEntry("training.gradientAccumulation", from(1, "default"))
        .containsEntry("training.adamBeta1", from(0.9, "default"))
        .containsEntry("training.validationInterval", from(1, "default"))
        .containsEntry("training.emaDecay", from(null, "default"))
        .containsEntry("training.earlyStopping.patience", from(0, "default"))
        .containsEntry(
            "training.targetModules", from(List.of("to_q", "to_k", "to_v", "to_out.0"), "default"));
  }

  @Test
  void whatBelongsToAnotherChoiceIsNoPartOfIt() {
    training.optimizer = "lion";
    assertThat(configuration().options())
        .containsEntry("training.lionBeta1", from(0.9, "default"))
        .doesNotContainKeys("training.adamBeta1", "training.sgdMomentum", "training.p2Gamma");
  }

  @Test
  void aPresetIsASource() {
    training.layers = "self-attention+cross-attention";
    assertThat(configuration().options())
        .containsEntry("training.layers", from("self-attention+cross-attention", "POM"))
        .containsEntry(
            "training.layers.patterns",
            from(List.of("*.attn1.*", "*.attn2.*"), "preset self-attention+cross-attention"));
  }

  @Test
  void rulesAreNumbered() {
    training.rules.add(new RuleParameters());
    training.rules.get(0).include = List.of("to_q");
    training.rules.add(new RuleParameters());
    training.rules.get(1).part = "text_encoder";
    training.rules.get(1).preset = "feed-forward";
    assertThat(configuration().options())
        .containsEntry("training.rules[1].include", from(List.of("to_q"), "POM"))
        .containsEntry("training.rules[1].part", from("unet", "default"))
        .containsEntry(
            "training.rules[2].preset.patterns", from(List.of("*.mlp.*"), "preset feed-forward"));
  }

  @Test
  void defaultsOfBeansInsideAreKnown() {
    training.priorPreservation = new PriorPreservationParameters();
    training.priorPreservation.classPrompt = "a dog";
    assertThat(configuration().options())
        .containsEntry("training.priorPreservation.classPrompt", from("a dog", "POM"))
        .containsEntry("training.priorPreservation.steps", from(50, "default"))
        .containsEntry("training.captions.separator", from(",", "default"))
        .containsEntry("training.captions.keepTokens", from(0, "default"));
  }

  /** Weights that are the same elsewhere say the same. */
  @Test
  void pathsAreNotTold() {
    DatasetParameters dataset = new DatasetParameters();
    dataset.directory = new File(".");
    Sources sources = new Sources(Set.of("dataset.directory"), Overrides.NONE);
    dataset.settings(sources);
    assertThat(sources.configuration().options())
        .containsEntry("dataset.minSide", from(256, "default"))
        .doesNotContainKey("dataset.directory");
  }

  @Test
  void itIsTheSameAsJsonAndBack() {
    ResolvedConfiguration configuration = configuration("training.seed");
    String json = Json.line(configuration);
    assertThat(json).contains("\"training.emaDecay\":{\"value\":null,\"source\":\"default\"}");
    assertThat(Json.parse(json, ResolvedConfiguration.class, "test")).isEqualTo(configuration);
  }
}
