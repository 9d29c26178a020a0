package io.github.sdtune.gate;

import static io.github.sdtune.gate.TestGates.baseline;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdtune.metric.Metric;
import io.github.sdtune.metric.MetricCatalog;
import io.github.sdtune.metric.Metrics;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Gates that look at single items, and not only at their mean. */
class ItemsTest {
  private static final int ITEMS = 20;

  private static Gate gate(String metric, String regression, String item, Decision decision) {
    return new Gate(
        metric,
        Optional.empty(),
        Optional.empty(),
        Optional.ofNullable(regression).map(Allowance::parse),
        Optional.ofNullable(item).map(Allowance::parse),
        decision,
        Severity.ERROR);
  }

  @FunctionalInterface
  private interface Item {
    double value(int i);
  }

  private static Metrics metrics(String metric, Item item) {
    Map<String, Double> items = new TreeMap<>();
    Map<String, String> names = new TreeMap<>();
    for (int i = 0; i < ITEMS; i++) {
      items.put("id" + i, item.value(i));
      names.put("id" + i, i + ".png");
    }
    return of(Map.of(metric, MetricCatalog.mean(metric, items)), names);
  }

  private static Metrics of(Map<String, Metric> tuned, Map<String, String> names) {
    return new Metrics(
        Metrics.VERSION,
        "org.example:model:1.1",
        Map.of(),
        Map.of(),
        tuned,
        Map.of(),
        Map.of(),
        List.of(),
        names,
        Map.of(),
        Optional.empty());
  }

  private static Judgement judge(Gate gate, Metrics before, Metrics now) {
    return Gates.judge(List.of(gate), now, baseline(before)).rows().get(0);
  }

  /** The mean is 10% worse each time, beyond 2%: only if all items agree is that no chance. */
  @ParameterizedTest
  @CsvSource({
    "strict, 0, FAIL",
    "strict, 0.1, FAIL",
    "interval, 0, FAIL",
    "interval, 0.01, FAIL",
    "interval, 0.1, WARN"
  })
  void anIntervalThatReachesIntoWhatIsAllowedIsAWarning(
      String decision, double spread, Status status) {
    Gate gate =
        gate("validation.loss", "2%", null, Decision.valueOf(decision.toUpperCase(Locale.ROOT)));
    Judgement row =
        judge(
            gate,
            metrics("validation.loss", i -> 0.2),
            metrics("validation.loss", i -> 0.22 + (i % 2 == 0 ? spread : -spread)));
    assertThat(row.status()).isEqualTo(status);
    assertThat(row.failed()).isEqualTo(status == Status.FAIL);
    if (status == Status.WARN) {
      assertThat(row.message())
          .startsWith("validation.loss is 0.2200, more than 2% worse than 0.2000 of 1.0")
          .contains("but the 95% interval of the change, ")
          .endsWith("reaches into what is allowed");
    }
  }

  @Test
  void forMetricsThatAreBetterWhenHigherTheIntervalIsTurnedRound() {
    Gate gate = gate("classification.margin", "0.1", null, Decision.INTERVAL);
    assertThat(
            judge(
                    gate,
                    metrics("classification.margin", i -> 1),
                    metrics("classification.margin", i -> 0.8))
                .status())
        .isEqualTo(Status.FAIL);
    assertThat(
            judge(
                    gate,
                    metrics("classification.margin", i -> 1),
                    metrics("classification.margin", i -> i < 3 ? -0.2 : 1))
                .status())
        .isEqualTo(Status.WARN);
  }

  @Test
  void withoutItemsThereIsNoIntervalToDecideBy() {
    Gate gate = gate("validation.loss", "2%", null, Decision.INTERVAL);
    Metrics plain =
        of(Map.of("validation.loss", MetricCatalog.metric("validation.loss", 0.2)), Map.of());
    assertThat(judge(gate, plain, plain).message())
        .isEqualTo(
            "validation.loss has no values of single items in both, which"
                + " <decision>interval</decision> needs: take strict");
    assertThat(judge(gate, plain, plain).failed()).isTrue();
  }

  /** 19 pictures got better, one much worse: the mean says nothing. */
  @Test
  void aRegressionOfOneItemThatTheMeanHidesIsNamed() {
    Metrics before = metrics("validation.loss", i -> 0.2);
    Metrics now = metrics("validation.loss", i -> i == 7 ? 0.31 : 0.19);
    assertThat(judge(gate("validation.loss", "0", null, Decision.STRICT), before, now).status())
        .isEqualTo(Status.PASS);
    Judgement row = judge(gate("validation.loss", null, "50%", Decision.STRICT), before, now);
    assertThat(row.failed()).isTrue();
    assertThat(row.message())
        .isEqualTo(
            "validation.loss of 1 of 20 items is more than 50% worse than in 1.0: 7.png (0.3100,"
                + " was 0.2000)");
    assertThat(judge(gate("validation.loss", null, "56%", Decision.STRICT), before, now).status())
        .isEqualTo(Status.PASS);
  }

  @Test
  void theTableShowsTheIntervalAndOfTruthsTheTest() {
    Gate gate = gate("classification.accuracy", "0.5", null, Decision.STRICT);
    Verdict verdict =
        Gates.judge(
            List.of(gate),
            metrics("classification.accuracy", i -> i < 10 ? 1 : 0),
            baseline(metrics("classification.accuracy", i -> i < 15 ? 1 : 0)));
    assertThat(verdict.table().get(0)).contains("95% interval");
    assertThat(verdict.table().get(2)).contains("(p = 0.0625)");
    assertThat(verdict.markdown()).contains("|---|---|---:|---:|---:|---:|---|---|");
  }

  @Test
  void anIntervalAloneDecidesNothing() {
    assertThat(Gates.findings(List.of(gate("validation.loss", null, "5%", Decision.INTERVAL))))
        .containsExactly(
            "<gate> 1 (validation.loss): <decision>: found interval, expected it beside a"
                + " <maxRegression>");
  }

  /** Known before anything is trained. */
  @Test
  void aMetricWithoutItemsIsNotComparedByThem() {
    assertThat(
            Gates.findings(
                List.of(gate("classification.macroF1", "0.1", "0.2", Decision.INTERVAL))))
        .containsExactly(
            "<gate> 1 (classification.macroF1): <decision>: found interval, expected strict: this"
                + " metric is no mean of single items, which that compares",
            "<gate> 1 (classification.macroF1): <maxItemRegression>: found one, expected none: this"
                + " metric is no mean of single items, which that compares");
  }

  /** In doubles, 0.8 less 0.7 is more than 0.1. */
  @Test
  void itemsAreComparedInDecimals() {
    Gate gate = gate("classification.margin", null, "0.1", Decision.STRICT);
    assertThat(
            judge(
                    gate,
                    metrics("classification.margin", i -> 0.8),
                    metrics("classification.margin", i -> 0.7))
                .status())
        .isEqualTo(Status.PASS);
  }

  @Test
  void whatFailsForWantOfItemsIsNoRegressionToAccept() {
    Gate gate = gate("validation.loss", "2%", null, Decision.INTERVAL);
    Metrics before =
        of(Map.of("validation.loss", MetricCatalog.metric("validation.loss", 0.2)), Map.of());
    Metrics better =
        of(Map.of("validation.loss", MetricCatalog.metric("validation.loss", 0.1)), Map.of());
    Verdict verdict = Gates.judge(List.of(gate), better, baseline(before));
    assertThat(verdict.failed()).isTrue();
    assertThat(verdict.acceptable("1.1", "because")).isEmpty();
  }

  /** A worse base would make its tuned model look better. */
  @Test
  void whatIsRelativeToTheBaseComparesWithTheSameBaseAlone() {
    Map<String, String> one = Map.of("base model", "one");
    Map<String, String> other = Map.of("base model", "other");
    assertThat(Fingerprints.differences("validation.relativeLoss", one, other)).hasSize(1);
    assertThat(Fingerprints.differences("retention.relativeLoss", one, other)).hasSize(1);
    assertThat(Fingerprints.differences("validation.loss", one, other)).isEmpty();
  }
}
