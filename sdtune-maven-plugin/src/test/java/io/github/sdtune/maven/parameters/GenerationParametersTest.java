package io.github.sdtune.maven.parameters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.evaluate.GenerationSettings;
import org.junit.jupiter.api.Test;

class GenerationParametersTest {
  private static EvaluationParameters with(GenerationParameters generation) {
    EvaluationParameters evaluation = new EvaluationParameters();
    evaluation.generation = generation;
    return evaluation;
  }

  @Test
  void nothingIsDrawnUnlessAskedFor() {
    assertThat(new EvaluationParameters().settings().generation()).isEmpty();
  }

  @Test
  void theRestHasTheDefaultsOfSamples() {
    GenerationParameters generation = new GenerationParameters();
    generation.pictures = 128;
    GenerationSettings settings = with(generation).settings().generation().orElseThrow();
    assertThat(settings.pictures()).isEqualTo(128);
    assertThat(settings.steps()).isEqualTo(20);
    assertThat(settings.guidanceScale()).isEqualTo(7.5);
    assertThat(settings.network().name()).isEqualTo("io.github.sdtune:efficientnet-lite0:1.0");
  }

  @Test
  void allThatIsWrongIsSaid() {
    GenerationParameters generation = new GenerationParameters();
    generation.pictures = 1;
    generation.steps = 0;
    generation.guidanceScale = -1.0;
    assertThatThrownBy(() -> with(generation).settings())
        .hasMessageContaining(
            "<evaluation><generation><pictures>: found 1, expected 0 (none), or at least 2")
        .hasMessageContaining("<evaluation><generation><steps>: found 0, expected 1 to 1000")
        .hasMessageContaining("<evaluation><generation><guidanceScale>: found -1.0");
  }

  @Test
  void settingsOfNothingAreRefused() {
    GenerationParameters generation = new GenerationParameters();
    generation.featureNetwork = "mine";
    assertThatThrownBy(() -> with(generation).settings())
        .hasMessageContaining(
            "<evaluation><generation><featureNetwork>: found mine, expected nothing without"
                + " <pictures>");
  }
}
