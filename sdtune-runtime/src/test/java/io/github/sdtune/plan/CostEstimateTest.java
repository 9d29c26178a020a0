package io.github.sdtune.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.sdtune.io.Json;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class CostEstimateTest {
  private static final List<Probe> PROBES =
      List.of(probe(1, 16, 1.0, 3_000L), probe(1, 32, 1.6, 3_300L), probe(2, 32, 2.2, 3_600L));

  private static final CostEstimate ESTIMATE =
      new CostEstimate("cpu", Optional.of(6_050_000_000L), 12, 30, 4.1, 300, 25, 6, PROBES);

  private static Probe probe(int rows, int side, double seconds, long peak) {
    return new Probe(rows, side, side, seconds, Optional.of(peak), seconds / 3, Optional.empty());
  }

  @Test
  void largerBatchesLieOnTheLineThroughTheLastTwo() {
    assertThat(CostEstimate.at(PROBES, Probe::stepSeconds, 4 * 1024)).isCloseTo(3.4, within(1e-9));
    assertThat(CostEstimate.peakAt(PROBES, Probe::stepPeak, 4 * 1024)).contains(4_200L);
  }

  @Test
  void whatWasMeasuredIsWhatIsExpected() {
    for (Probe probe : PROBES) {
      assertThat(CostEstimate.at(PROBES, Probe::stepSeconds, probe.places()))
          .isCloseTo(probe.stepSeconds(), within(1e-9));
    }
    assertThat(CostEstimate.at(PROBES.subList(0, 1), Probe::stepSeconds, 4096)).isEqualTo(1.0);
  }

  @Test
  void aLargerBatchIsNeverCheaper() {
    List<Probe> noisy = List.of(probe(1, 16, 1.0, 1), probe(1, 32, 0.9, 1));
    assertThat(CostEstimate.at(noisy, Probe::stepSeconds, 4096)).isEqualTo(0.9);
  }

  @Test
  void memoryThatCannotBeToldIsNotMadeUp() {
    assertThat(CostEstimate.peakAt(PROBES, Probe::predictionPeak, 1024)).isEmpty();
  }

  @Test
  void addsUp() {
    assertThat(ESTIMATE.seconds()).isCloseTo(12 + 30 + 300 * 4.1 + 6 * 25, within(1e-9));
    assertThat(ESTIMATE.lines())
        .containsExactly(
            "fine-tune is expected to take 23 min 42 s and a peak of 6.05 GB on cpu, if it is not stopped early",
            "  12 s until all is loaded, 30 s of encoding, 300 steps of 4.1 s, 6 validations of 25 s");
  }

  @Test
  void whatIsWithinTheLimitsIsNotRefused() {
    assertThat(ESTIMATE.findings(OptionalLong.empty(), Optional.empty())).isEmpty();
    assertThat(ESTIMATE.findings(OptionalLong.of(6_050_000_000L), Optional.of(1422.0))).isEmpty();
  }

  @Test
  void tellsAllThatIsTooMuch() {
    List<String> findings = ESTIMATE.findings(OptionalLong.of(6_000_000_000L), Optional.of(600.0));
    assertThat(findings).hasSize(2);
    assertThat(findings.get(0))
        .startsWith("<maxMemory>: found an expected peak of 6.05 GB, expected at most 6.00 GB; set")
        .contains("<gradientCheckpointing>");
    assertThat(findings.get(1))
        .startsWith("<maxTime>: found 23 min 42 s that are expected, expected at most 10 min 0 s");
  }

  @Test
  void aLimitOnWhatCannotBeToldIsRefused() {
    CostEstimate blind = new CostEstimate("gpu:0", Optional.empty(), 1, 1, 1, 1, 1, 1, PROBES);
    assertThat(blind.findings(OptionalLong.of(1), Optional.empty()))
        .singleElement()
        .asString()
        .startsWith("<maxMemory>: this system does not tell");
    assertThat(blind.headline()).doesNotContain("peak");
  }

  @Test
  void isAFile() {
    assertThat(Json.parse(Json.line(ESTIMATE), CostEstimate.class, "test")).isEqualTo(ESTIMATE);
  }
}
