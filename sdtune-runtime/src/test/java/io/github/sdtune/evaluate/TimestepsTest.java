package io.github.sdtune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TimestepsTest {
  @Test
  void takesTheMiddleOfEachStratum() {
    assertThat(Timesteps.stratified(8, 1000))
        .containsExactly(62, 187, 312, 437, 562, 687, 812, 937);
  }
}
