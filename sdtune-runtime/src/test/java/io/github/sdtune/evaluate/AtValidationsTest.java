package io.github.sdtune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdtune.metric.MetricCatalog;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AtValidationsTest {
  private static EvaluationSettings settings(int subset, boolean retention, int classified) {
    return new EvaluationSettings(
        0,
        1,
        1,
        subset,
        retention
            ? Optional.of(new RetentionSettings(Path.of("there"), "text", 8))
            : Optional.empty(),
        new ClassificationSettings("{class}", 1, 8, classified, 1, 1),
        new SampleSettings(List.of(), 0, 1, 1, "", 0),
        new MemorisationSettings(classified, classified > 0));
  }

  @Test
  void allOfThemAreInTheCatalogue() {
    assertThat(AtValidations.METRICS).allMatch(name -> MetricCatalog.find(name).isPresent());
  }

  @Test
  void whatIsMeasuredCanBeWatched() {
    assertThat(AtValidations.METRICS)
        .allSatisfy(
            name -> assertThat(AtValidations.finding(name, settings(8, true, 8))).isEmpty());
    assertThat(AtValidations.finding("validation.loss", settings(0, false, 0))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "retention.loss, <evaluation><retention><directory>",
    "validation.gap, <evaluation><trainingSubset>",
    "memorisation.ratio, <evaluation><memorisation><atValidations>",
    "training.subsetLoss, <evaluation><trainingSubset>",
    "classification.macroF1, <evaluation><classification><subset>",
    "classification.margin, classification.macroF1",
    "retention.relativeLoss, retention.loss",
    "samples.colourfulness, expected one of validation.loss"
  })
  void whatIsNotMeasuredIsRefusedWithWhatItNeeds(String metric, String message) {
    assertThat(AtValidations.finding(metric, settings(0, false, 0)).orElseThrow())
        .startsWith("<training><earlyStopping><metric>: found " + metric + ", which ")
        .contains(message);
  }
}
