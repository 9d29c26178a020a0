package io.github.sdtune.maven;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdtune.evaluate.FeatureModel;
import io.github.sdtune.evaluate.GenerationSettings;
import io.github.sdtune.gate.Gate;
import io.github.sdtune.gate.Severity;
import io.github.sdtune.maven.parameters.EvaluationParameters;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OptInMetricsTest {
  private static final List<Gate> GATES =
      List.of(gate("validation.loss"), gate("generated.kid"), gate("generated.diversity"));

  private static Gate gate(String metric) {
    return new Gate(metric, Optional.empty(), Optional.of(1.0), Optional.empty(), Severity.ERROR);
  }

  private static List<String> findings(int pictures) {
    Optional<GenerationSettings> generation =
        Optional.of(
            new GenerationSettings(pictures, 20, 7.5, "", 0, FeatureModel.named("network")));
    return OptInMetrics.findings(
        GATES,
        new EvaluationParameters()
            .settings()
            .with(generation.filter(g -> pictures > 0), Optional.empty()));
  }

  @Test
  void aGateOnWhatNoClipModelMeasuresIsKnownBeforeTheTraining() {
    List<Gate> gates = List.of(gate("clip.score"), gate("clip.imageSimilarity"));
    EvaluationParameters pom = new EvaluationParameters();
    assertThat(OptInMetrics.findings(gates, pom.settings()))
        .containsExactly(
            "<gate> clip.score: no CLIP model measures it; name one in <evaluation><clip>",
            "<gate> clip.imageSimilarity: no CLIP model measures it; name one in"
                + " <evaluation><clip>");
    pom.clip = "models/clip";
    assertThat(OptInMetrics.findings(gates, pom.settings())).isEmpty();
    pom.trainingSubset = 0;
    assertThat(OptInMetrics.findings(gates, pom.settings()))
        .containsExactly(
            "<gate> clip.imageSimilarity: found <evaluation><trainingSubset> 0, expected the number"
                + " of training pictures that samples are compared with");
  }

  @Test
  void aGateOnCaptionsThatNobodyMatchesIsKnownBeforeTheTraining() {
    List<Gate> gates = List.of(gate("captions.accuracy"));
    EvaluationParameters pom = new EvaluationParameters();
    assertThat(OptInMetrics.findings(gates, pom.settings()))
        .containsExactly(
            "<gate> captions.accuracy: no caption is matched; say"
                + " <evaluation><captionMatching><pictures>");
    pom.captionMatching.pictures = 16;
    assertThat(OptInMetrics.findings(gates, pom.settings())).isEmpty();
  }

  @Test
  void aGateOnWhatIsNotDrawnIsKnownBeforeTheTraining() {
    assertThat(findings(0))
        .containsExactly(
            "<gate> generated.kid: nothing is drawn for it; say"
                + " <evaluation><generation><pictures>, at least 100",
            "<gate> generated.diversity: nothing is drawn for it; say"
                + " <evaluation><generation><pictures>, at least 2");
  }

  @Test
  void aGateOnTooFewPicturesIsKnownBeforeTheTraining() {
    assertThat(findings(99))
        .containsExactly(
            "<gate> generated.kid: found <evaluation><generation><pictures> 99, expected at least"
                + " 100: fewer say too little to be judged by");
    assertThat(findings(100)).isEmpty();
  }
}
