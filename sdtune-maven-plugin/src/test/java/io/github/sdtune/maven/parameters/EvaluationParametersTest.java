package io.github.sdtune.maven.parameters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.evaluate.CaptionMatchingSettings;
import io.github.sdtune.evaluate.FeatureModel;
import org.junit.jupiter.api.Test;

class EvaluationParametersTest {
  private final EvaluationParameters evaluation = new EvaluationParameters();

  @Test
  void whatCostsMoreIsAskedFor() {
    assertThat(evaluation.settings().captionMatching()).isEmpty();
    assertThat(evaluation.settings().clip()).isEmpty();
    evaluation.captionMatching.pictures = 32;
    evaluation.clip = " models/clip ";
    assertThat(evaluation.settings().captionMatching())
        .contains(new CaptionMatchingSettings(32, 4, 8, 1));
    assertThat(evaluation.settings().clip()).contains(FeatureModel.named("models/clip"));
  }

  @Test
  void aSingleCaptionIsNoChoice() {
    evaluation.captionMatching.pictures = 32;
    evaluation.captionMatching.candidates = 1;
    assertThatThrownBy(evaluation::settings)
        .hasMessageContaining(
            "<evaluation><captionMatching><candidates>: found 1, expected at least 2");
  }

  @Test
  void settingsOfNothingAreRefused() {
    evaluation.captionMatching.candidates = 8;
    evaluation.clip = "models/clip";
    evaluation.samples.count = 0;
    assertThatThrownBy(evaluation::settings)
        .hasMessageContaining(
            "<evaluation><captionMatching><candidates>: found 8, expected nothing without"
                + " <pictures>")
        .hasMessageContaining(
            "<evaluation><clip>: found models/clip, expected nothing without <samples>");
  }
}
