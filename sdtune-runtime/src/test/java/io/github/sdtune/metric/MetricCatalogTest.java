package io.github.sdtune.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricCatalogTest {
  @ParameterizedTest
  @CsvSource({
    "validation.loss, LOWER",
    "validation.loss.t187, LOWER",
    "validation.relativeLoss, LOWER",
    "classification.macroF1, HIGHER",
    "classification.margin, HIGHER",
    "classification.recall.animal, HIGHER",
    "classification.f1.hot drink (tea), HIGHER",
    "samples.colourfulness, NEUTRAL"
  })
  void knowsWhichWayAMetricImproves(String name, Direction direction) {
    assertThat(MetricCatalog.find(name).orElseThrow().direction()).isEqualTo(direction);
  }

  @ParameterizedTest
  @CsvSource({
    "validation.loss.t",
    "validation.loss.tx",
    "validation.loss.t{timestep}",
    "classification.recall.",
    "classification.recall",
    "validation.Loss",
    "kid"
  })
  void doesNotKnowWhatIsNoMetric(String name) {
    assertThat(MetricCatalog.find(name)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "validation.lost, validation.loss",
    "Validation.Loss, validation.loss",
    "val.loss, validation.loss",
    "macroF1, classification.macroF1",
    "macro_f1, classification.macroF1",
    "classification.acuracy, classification.accuracy",
    "samples.colorfulness, samples.colourfulness"
  })
  void suggestsWhatWasMeantFirst(String name, String meant) {
    assertThat(MetricCatalog.nearMisses(name)).first().isEqualTo(meant);
  }

  @Test
  void suggestsNothingForWhatIsLikeNothing() {
    assertThat(MetricCatalog.nearMisses("xyz")).isEmpty();
  }

  @Test
  void aMetricOfAnUnknownNameIsNotMade() {
    assertThatThrownBy(() -> MetricCatalog.metric("validation.lost", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("validation.lost");
  }
}
