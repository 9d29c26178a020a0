package io.github.sdtune.gate;

import static io.github.sdtune.gate.TestGates.gate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.SdtuneException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GatesTest {
  @Test
  void acceptsTheGatesOfTheReadme() {
    assertThatCode(
            () ->
                Gates.check(
                    List.of(
                        gate("validation.loss", null, null, "2%"),
                        gate("classification.macroF1", 0.3, null, "0.05"))))
        .doesNotThrowAnyException();
  }

  @Test
  void noGateAtAllIsAnError() {
    assertThatThrownBy(() -> Gates.check(List.of()))
        .isInstanceOf(SdtuneException.class)
        .hasMessageContaining("any model would pass");
    assertThatThrownBy(() -> Gates.judge(List.of(), TestGates.metrics(1), Optional.empty()))
        .isInstanceOf(SdtuneException.class);
  }

  @Test
  void reportsAllFindingsAtOnce() {
    List<String> findings =
        Gates.findings(
            List.of(
                gate("validation.lost", null, 1.0, null),
                gate("validation.loss", null, null, null),
                gate("samples.colourfulness", null, 0.3, "0.1"),
                gate("classification.margin", null, null, "2%"),
                gate("classification.accuracy", 0.8, 0.2, null),
                gate("validation.loss", null, 1.0, null),
                gate("validation.relativeLoss", Double.NaN, null, null),
                gate(" ", null, 1.0, null)));

    assertThat(findings)
        .hasSize(8)
        .satisfiesExactly(
            it ->
                assertThat(it)
                    .startsWith("<gate> 1 (validation.lost): there is no such metric;")
                    .contains("did you mean validation.loss"),
            it -> assertThat(it).startsWith("<gate> 2 (validation.loss): it limits nothing"),
            it -> assertThat(it).contains("cannot regress"),
            it -> assertThat(it).contains("found 2%", "can be zero or negative"),
            it -> assertThat(it).contains("at least <minimum> 0.8 and at most <maximum> 0.2"),
            it -> assertThat(it).startsWith("<gate> 6").contains("a gate for this metric already"),
            it -> assertThat(it).contains("<minimum>: found NaN, expected a finite number"),
            it -> assertThat(it).startsWith("<gate> 8: it has no <metric>"));
    assertThatThrownBy(() -> Gates.check(List.of(gate("x", null, null, null))))
        .hasMessageContaining("limits nothing")
        .hasMessageContaining("no such metric; sdtune knows validation.loss, ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"2%", " 2 % ", "0.05", ".05", "5e-2", "0", "0%"})
  void parsesAllowances(String text) {
    assertThat(Allowance.parse(text).percent()).isEqualTo(text.contains("%"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"-2%", "-0.1", "NaN", "Infinity", "", "%", "2,5%", "two", "0x1p3", "1f", "2%%"})
  void refusesWhatIsNoAllowance(String text) {
    assertThatThrownBy(() -> Allowance.parse(text))
        .isInstanceOf(SdtuneException.class)
        .hasMessageStartingWith("found")
        .hasMessageContaining("expected");
  }
}
