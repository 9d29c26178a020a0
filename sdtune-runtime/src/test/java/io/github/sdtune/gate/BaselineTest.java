package io.github.sdtune.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.io.Json;
import io.github.sdtune.metric.Metric;
import io.github.sdtune.metric.MetricCatalog;
import io.github.sdtune.metric.Metrics;
import io.github.sdtune.metric.PairedBootstrap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BaselineTest {
  @TempDir Path folder;

  @Test
  void whatOneVersionWritesTheNextOneReads() {
    Map<String, Double> before = Map.of("a", 1.0, "b", 0.0);
    Map<String, Double> after = Map.of("a", 0.0, "b", 0.0);
    Map<String, Metric> tuned =
        Map.of(
            "validation.loss", MetricCatalog.metric("validation.loss", 0.125),
            "classification.accuracy", MetricCatalog.mean("classification.accuracy", after),
            "generated.kid", MetricCatalog.metric("generated.kid", -0.001).of(128));
    Metrics metrics =
        new Metrics(
            Metrics.VERSION,
            "org.example:model:1.0",
            Map.of("seed", "0"),
            tuned,
            tuned,
            Map.of("classification.accuracy", PairedBootstrap.compare(before, after)),
            Map.of(),
            List.of(),
            Map.of("a", "cat.png"),
            Map.of(),
            Optional.empty());
    Path file = folder.resolve("metrics.json");
    Json.write(file, metrics);
    assertThat(Baseline.read("1.0", file).metrics()).isEqualTo(metrics);
  }

  @Test
  void aMetricWithoutAValueIsNotZero() throws IOException {
    Path file = folder.resolve("metrics.json");
    Files.writeString(
        file,
        """
        {"version": 1, "artifact": "a:b:1", "fingerprint": {}, "base": {},
         "tuned": {"validation.loss": {"direction": "lower", "unit": ""}}}
        """);
    assertThatThrownBy(() -> Baseline.read("1.0", file))
        .hasMessageContaining("is not a metrics.json of sdtune");
  }
}
