package io.github.sdtune.maven;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class VerdictReportsTest {
  /** The same on each machine and in each run, as the report is to be. */
  @Test
  void whatMeasuringCostIsSaidInPredictions() {
    assertThat(VerdictReports.cost(Map.of("losses", 1928, "classification", 3072)))
        .isEqualTo("5,000, of which 3,072 (61%) for classification, 1,928 (39%) for losses");
  }
}
