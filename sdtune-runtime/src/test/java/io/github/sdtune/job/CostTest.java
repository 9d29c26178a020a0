package io.github.sdtune.job;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class CostTest {
  @Test
  @EnabledOnOs(OS.LINUX)
  void coversMemoryThatWasTouched() {
    byte[] touched = new byte[64 << 20];
    for (int i = 0; i < touched.length; i += 4096) {
      touched[i] = 1;
    }

    Cost cost = Cost.since(System.nanoTime() - 1_500_000_000L);

    assertThat(cost.seconds()).isGreaterThanOrEqualTo(1.5);
    assertThat(cost.peakMemory().orElseThrow()).isGreaterThan(touched.length);
  }
}
