package io.github.sdtune.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FloatsTest {
  /** Every number of 16 bits, also infinities, subnormals and NaNs. */
  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16"})
  void whatIsWidenedNarrowsToTheSameBits(TensorType type) {
    ByteBuffer all = ByteBuffer.allocate(2 << 16).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 1 << 16; i++) {
      all.putShort(2 * i, (short) i);
    }
    float[] wide = Floats.of(all, type);
    ByteBuffer narrow = Floats.bytes(wide, type);
    float[] again = Floats.of(narrow, type);
    for (int i = 0; i < 1 << 16; i++) {
      if (Float.isNaN(wide[i])) {
        assertThat(again[i]).isNaN();
      } else {
        assertThat(narrow.getShort(2 * i)).isEqualTo((short) i);
      }
    }
  }

  /** Halves by IEEE 754: the last bit of 1 is 2^-10, the largest 65504, the smallest 2^-24. */
  @ParameterizedTest
  @CsvSource({
    "F16, 1.0, 1.0",
    "F16, 1.00048828125, 1.0", // tie: to even
    "F16, 1.00146484375, 1.001953125", // tie: to even, upwards
    "F16, 1.0005, 1.0009765625",
    "F16, 65519, 65504",
    "F16, 65520, Infinity",
    "F16, -70000, -Infinity",
    "F16, 5.9604645e-8, 5.9604645e-8",
    "F16, 2.9802322e-8, 0",
    "F16, 3.1e-8, 5.9604645e-8",
    "F16, 6.1035156e-5, 6.1035156e-5",
    "F16, 6.1020255e-5, 6.1035156e-5",
    "BF16, 1.00390625, 1.0", // tie: to even
    "BF16, 1.01171875, 1.015625",
    "BF16, 3.395e38, 3.3895314e38",
    "BF16, 3.4028235e38, Infinity"
  })
  void numbersAreRoundedToTheNearest(TensorType type, float value, float expected) {
    float[] rounded = Floats.of(Floats.bytes(new float[] {value}, type), type);
    assertThat(rounded).containsExactly(expected);
  }

  @Test
  void theBufferStaysWhereItIs() {
    ByteBuffer bytes = Floats.bytes(new float[] {1, 2}, TensorType.F32);
    assertThat(Floats.of(bytes, TensorType.F32)).containsExactly(1, 2);
    assertThat(bytes.remaining()).isEqualTo(8);
  }
}
