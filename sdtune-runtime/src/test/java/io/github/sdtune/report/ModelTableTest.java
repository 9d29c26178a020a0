package io.github.sdtune.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdtune.metric.Metric;
import io.github.sdtune.metric.MetricCatalog;
import io.github.sdtune.metric.Metrics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ModelTableTest {
  @Test
  void tellsWhatEachModelMovesCostsAndIsWorth() {
    ModelTable.Row lora =
        new ModelTable.Row(
            "LoRA | attention",
            Optional.of(39_168L),
            Optional.of(10_858_756L),
            Optional.of(74.6),
            Optional.of(3L << 28),
            metrics(0.16, 0.12),
            Optional.of("lora.png"));
    ModelTable.Row unknown =
        new ModelTable.Row(
            "other",
            Optional.empty(),
            Optional.empty(),
            Optional.of(9.4),
            Optional.empty(),
            metrics(0.16, 0.17),
            Optional.empty());

    List<String> lines =
        new ModelTable(List.of(lora, unknown), List.of("validation.loss", "validation.loss.t62"))
            .markdown();

    assertThat(lines)
        .containsExactly(
            "|  | parameters moved | time | memory | `validation.loss` | samples |",
            "|---|---|---|---|---|---|",
            "| LoRA \\| attention | 39,168 (0.36%) | 1 min 15 s | 0.75 GiB | 0.1200 (-25.00%) |"
                + " ![](lora.png) |",
            "| other | - | 9 s | - | 0.1700 (+6.25%) | - |");
  }

  private static Metrics metrics(double base, double tuned) {
    return new Metrics(
        Metrics.VERSION,
        "g:a:1",
        Map.of(),
        Map.of("validation.loss", loss(base)),
        Map.of("validation.loss", loss(tuned)),
        Map.of(),
        Map.of(),
        List.of(),
        Optional.empty());
  }

  private static Metric loss(double value) {
    return MetricCatalog.metric("validation.loss", value);
  }
}
