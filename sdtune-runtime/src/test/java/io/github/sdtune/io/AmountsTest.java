package io.github.sdtune.io;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AmountsTest {
  @Test
  void durationsAreReadable() {
    assertThat(Amounts.duration(7.4)).isEqualTo("7 s");
    assertThat(Amounts.duration(185)).isEqualTo("3 min 5 s");
    assertThat(Amounts.duration(3725)).isEqualTo("1 h 2 min");
    assertThat(Amounts.duration(Double.NaN)).isEqualTo("?");
  }

  @Test
  void sizesAreReadable() {
    assertThat(Amounts.bytes(1_500)).isEqualTo("2 kB");
    assertThat(Amounts.bytes(1_500_000)).isEqualTo("1.5 MB");
    assertThat(Amounts.bytes(3_440_000_000L)).isEqualTo("3.44 GB");
  }
}
