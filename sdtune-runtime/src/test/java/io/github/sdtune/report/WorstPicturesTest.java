package io.github.sdtune.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdtune.gate.Baseline;
import io.github.sdtune.metric.Metric;
import io.github.sdtune.metric.MetricCatalog;
import io.github.sdtune.metric.Metrics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WorstPicturesTest {
  private static final Map<String, Double> BASE =
      Map.of("a", 0.2, "b", 0.2, "c", 0.2, "d", 0.2, "e", 0.2, "f", 0.2);

  private static Metrics metrics(Map<String, Double> tuned) {
    return new Metrics(
        Metrics.VERSION,
        "org.example:model:1.1",
        Map.of(),
        loss(BASE),
        loss(tuned),
        Map.of(),
        Map.of(),
        List.of(),
        Map.of("b", "b.png"),
        Map.of(),
        Optional.empty());
  }

  private static Map<String, Metric> loss(Map<String, Double> items) {
    return Map.of("validation.loss", MetricCatalog.mean("validation.loss", items));
  }

  @Test
  void theFiveThatLostMostComeFirst() {
    WorstPictures worst =
        WorstPictures.of(
            metrics(Map.of("a", 0.1, "b", 0.3, "c", 0.15, "d", 0.16, "e", 0.17, "f", 0.25)),
            Optional.empty());
    assertThat(worst.comparedWith()).isEqualTo("the base model");
    assertThat(worst.rows())
        .extracting(WorstPictures.Row::file)
        .containsExactly("b.png", "f", "e", "d", "c");
    assertThat(worst.rows().get(0))
        .isEqualTo(
            new WorstPictures.Row("b.png", "0.2000", "0.3000", new Change("+50.00%", "worse")));
  }

  @Test
  void aBaselineOfTheSamePicturesIsWhatCounts() {
    Map<String, Double> now = Map.of("a", 0.1, "b", 0.1, "c", 0.1, "d", 0.1, "e", 0.1, "f", 0.1);
    Metrics released = metrics(Map.of("a", 0.1, "b", 0.1, "c", 0.1, "d", 0.05, "e", 0.1, "f", 0.1));
    WorstPictures worst =
        WorstPictures.of(metrics(now), Optional.of(new Baseline("1.0", released)));
    assertThat(worst.comparedWith()).isEqualTo("1.0");
    assertThat(worst.rows().get(0).file()).isEqualTo("d");

    Metrics others = metrics(Map.of("x", 0.1));
    assertThat(
            WorstPictures.of(metrics(now), Optional.of(new Baseline("1.0", others))).comparedWith())
        .isEqualTo("the base model");
  }

  @Test
  void withoutSinglePicturesThereAreNone() {
    Metrics none = metrics(Map.of());
    assertThat(WorstPictures.of(none, Optional.empty()).rows()).isEmpty();
  }
}
