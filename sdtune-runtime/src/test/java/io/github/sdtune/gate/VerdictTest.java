package io.github.sdtune.gate;

import static io.github.sdtune.gate.TestGates.baseline;
import static io.github.sdtune.gate.TestGates.gate;
import static io.github.sdtune.gate.TestGates.metrics;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerdictTest {
  private static final Gate LOSS = gate("validation.loss", null, null, "2%");

  @Test
  void theTableHasAColumnForEachThingToKnow() {
    Verdict verdict = Gates.judge(List.of(LOSS), metrics(0.1512), baseline(metrics(0.125)));

    assertThat(verdict.table())
        .containsExactly(
            "metric           better  baseline 1.0  now     change             allowed         result",
            "---------------  ------  ------------  ------  -----------------  --------------  ------",
            "validation.loss  lower   0.1250        0.1512  +0.0262 (+20.96%)  <= 0.1275 (2%)  FAIL");
  }

  @ParameterizedTest
  @CsvSource({
    "0.12750001, 0.1276, <= 0.1275 (2%), FAIL, +2.01%",
    "0.1275, 0.1275, <= 0.1275 (2%), PASS, +2.00%",
    "0.12749999, 0.1275, <= 0.1275 (2%), PASS, +2.00%",
    "0.1276, 0.1276, <= 0.1275 (2%), FAIL, +2.08%",
    "0.15281, 0.1528, <= 0.1275 (2%), FAIL, +22.25%"
  })
  void aValueThatFailsNeverPrintsAsItsLimitAndIsElseRoundedAsUsual(
      double now, String printed, String allowed, Status status, String percent) {
    Judgement row =
        Gates.judge(List.of(LOSS), metrics(now), baseline(metrics(0.125))).rows().get(0);
    Cells cells = Cells.of(row);

    assertThat(cells.now()).isEqualTo(printed);
    assertThat(cells.allowed()).isEqualTo(allowed);
    assertThat(cells.result()).isEqualTo(status.name());
    assertThat(cells.change()).endsWith("(" + percent + ")");
    if (row.failed()) {
      assertThat(row.message()).contains(" is " + printed + ", ").endsWith("(allowed 0.1275)");
    }
  }

  @Test
  void aValueBelowAMinimumIsRoundedDown() {
    Judgement row =
        Gates.judge(
                List.of(gate("classification.accuracy", 0.3, null, null)),
                metrics("classification.accuracy", 0.29999999),
                Optional.empty())
            .rows()
            .get(0);

    assertThat(Cells.of(row).now()).isEqualTo("0.2999");
    assertThat(Cells.of(row).allowed()).isEqualTo(">= 0.3000");
    assertThat(row.message()).isEqualTo("classification.accuracy is 0.2999, below the minimum 0.3");
  }

  @Test
  void smallValuesKeepThreeDigits() {
    assertThat(Decimals.format(0.000123456)).isEqualTo("0.000123");
    assertThat(Decimals.format(0)).isEqualTo("0.0000");
    assertThat(Decimals.format(12345.6789)).isEqualTo("12345.6789");
    assertThat(Decimals.format(1e-300)).isEqualTo("0.000000000000");
    assertThat(Decimals.signed(-0.5)).isEqualTo("-0.5000");
    assertThat(Decimals.format(Double.NaN)).isEqualTo("NaN");
  }

  @Test
  void saysWhatIsUncheckedAndWhatIsMissing() {
    Verdict verdict =
        Gates.judge(
            List.of(
                gate("validation.loss", null, 0.2, "2%"),
                gate("classification.macroF1", null, null, "0.05")),
            metrics(0.1),
            Optional.empty());

    assertThat(verdict.table().get(0)).contains("no baseline");
    assertThat(verdict.table().get(2)).endsWith("<= 0.2000 (2% unchecked)  UNCHECKED");
    assertThat(verdict.table().get(3)).contains("missing").endsWith("FAIL");
  }

  @Test
  void namesTheAllowanceOnlyWhereItDecides() {
    Verdict verdict =
        Gates.judge(
            List.of(gate("validation.loss", 0.01, 0.11, "20%")),
            metrics(0.1),
            baseline(metrics(0.1)));

    assertThat(Cells.of(verdict.rows().get(0)).allowed()).isEqualTo("0.0100 to 0.1100");
  }

  @Test
  void aVerdictIsJsonAndBack() {
    Verdict verdict =
        Gates.judge(
            List.of(LOSS, gate("classification.macroF1", 0.1, null, "0.05")),
            metrics(Double.NaN),
            baseline(metrics(0.125)));

    String json = Json.line(verdict);

    assertThat(json).contains("\"maxRegression\":\"2%\"", "\"status\":\"fail\"", "\"NaN\"");
    assertThat(Json.parse(json, Verdict.class, "test")).isEqualTo(verdict);
  }

  @Test
  void hostileNamesReachNeitherTheTerminalNorTheMarkdown() {
    String name = "classification.recall.\u001b[31mred\n| <b>x</b> `y`\u202e";
    Verdict verdict =
        Gates.judge(List.of(gate(name, 0.5, null, null)), metrics(name, 0.1), Optional.empty());

    assertThat(String.join("", verdict.table()) + verdict.failureMessage(Path.of("r")))
        .doesNotContain("\u001b", "\n", "\u202e");
    assertThat(verdict.markdown())
        .contains("\\| &lt;b&gt;x&lt;/b&gt; \\`y\\`")
        .doesNotContain("\u001b", "<b>");
  }

  @Test
  void theMarkdownIsATableAndAListOfWhatIsWrong() {
    Verdict verdict = Gates.judge(List.of(LOSS), metrics(0.1512), baseline(metrics(0.125)));

    assertThat(verdict.markdown())
        .isEqualTo(
            """
            **1 of 1 gate failed**

            | metric | better | baseline 1.0 | now | change | allowed | result |
            |---|---|---:|---:|---:|---|---|
            | validation.loss | lower | 0.1250 | 0.1512 | +0.0262 (+20.96%) | &lt;= 0.1275 (2%) | FAIL |

            - validation.loss is 0.1512, more than 2% worse than 0.1250 of 1.0 (allowed 0.1275)
            """);
  }

  @Test
  void aBaselineIsReadFromAFile(@TempDir Path folder) {
    Path file = folder.resolve("metrics.json");
    Json.write(file, metrics(0.125));

    assertThat(Baseline.read("1.0", file)).isEqualTo(new Baseline("1.0", metrics(0.125)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{\"version\":1,\"tuned\":{\"validation.loss\":{\"direction\":\"lower\"}}}; not a metrics.json",
        "{\"version\":1,\"tuned\":{\"validation.loss\":{\"value\":null}}}; not a metrics.json",
        "{\"version\":2}; found version 2 of metrics.json, expected 1",
        "{}; not a metrics.json",
        "null; found version none",
        "[; not a metrics.json"
      })
  void aFileThatIsNoBaselineIsRefused(String json, String message, @TempDir Path folder)
      throws IOException {
    Path file = Files.writeString(folder.resolve("metrics.json"), json);

    assertThatThrownBy(() -> Baseline.read("1.0", file))
        .isInstanceOf(SdtuneException.class)
        .hasMessageStartingWith("baseline 1.0: ")
        .hasMessageContaining(message);
  }

  @Test
  void aBaselineFileThatIsNotThereIsNamed(@TempDir Path folder) {
    assertThatThrownBy(() -> Baseline.read("1.0", folder.resolve("gone.json")))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining("there is no file")
        .hasMessageContaining("gone.json");
  }
}
