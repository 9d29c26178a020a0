package io.github.sdtune.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComputeTest {
  /** V100 and T4 have no bfloat16 in hardware; A100 and H100 have. 0: it cannot be told. */
  @ParameterizedTest
  @CsvSource({
    "false, 0, FLOAT32",
    "true, 0, FLOAT16",
    "true, 70, FLOAT16",
    "true, 75, FLOAT16",
    "true, 80, BFLOAT16",
    "true, 90, BFLOAT16"
  })
  void autoIsWhatTheDeviceIsFastIn(boolean gpu, int capability, Compute expected) {
    assertThat(Compute.forDevice(gpu, () -> capability)).isEqualTo(expected);
  }

  @Test
  void whatWasChosenStays() {
    assertThat(Compute.BFLOAT16.on(Device.cpu())).isEqualTo(Compute.BFLOAT16);
    assertThat(Compute.AUTO.on(Device.cpu())).isEqualTo(Compute.FLOAT32);
  }
}
