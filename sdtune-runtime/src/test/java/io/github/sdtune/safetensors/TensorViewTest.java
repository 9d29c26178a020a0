package io.github.sdtune.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdtune.SdtuneException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tensors seen under other types and shapes. */
class TensorViewTest {
  private static final Path CASTS = Path.of("src/test/resources/fixtures/casts/casts.safetensors");

  @ParameterizedTest
  @CsvSource({
    "F32, F16",
    "F32, BF16",
    "F32, F64",
    "F64, F32",
    "F64, F16",
    "F16, F32",
    "F16, BF16",
    "BF16, F32"
  })
  void numbersAreRoundedAsTorchRoundsThem(TensorType from, TensorType to) {
    String name = from.name().toLowerCase(Locale.ROOT);
    try (SafetensorsFile file = SafetensorsFile.open(CASTS)) {
      ByteBuffer cast = TensorView.cast(TensorView.of(file, name), to, name).data();
      ByteBuffer expected = file.data(name + "." + to.name().toLowerCase(Locale.ROOT));

      assertThat(cast.remaining()).isEqualTo(expected.remaining());
      for (int i = 0; i < cast.remaining(); i += to.bytes()) {
        double number = number(expected, i, to);
        // Which of the many NaN it is has no meaning.
        if (Double.isNaN(number)) {
          assertThat(number(cast, i, to)).isNaN();
        } else {
          int at = i;
          assertThat(bits(cast, i, to))
              .as(() -> "number " + at / to.bytes() + ", " + number)
              .isEqualTo(bits(expected, i, to));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"F32, F16, 65520, 65520.0", "F64, F32, 1e39, 1.0E39", "F32, BF16, 3.4e38, 3.39"})
  void aFiniteNumberThatWouldBecomeInfiniteIsRefusedByName(
      TensorType from, TensorType to, double number, String shown) {
    ByteBuffer data = ByteBuffer.allocate(from.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    if (from == TensorType.F64) {
      data.putDouble(0, number);
    } else {
      data.putFloat(0, (float) number);
    }
    TensorView cast = TensorView.cast(new Fixed(from, List.of(1L), data), to, "model: big");

    assertThatThrownBy(cast::data)
        .isInstanceOf(SdtuneException.class)
        .hasMessageStartingWith("model: big: holds " + shown)
        .hasMessageContaining("becomes infinite in " + to);
  }

  @Test
  void infinityStaysWhatItIs() {
    ByteBuffer data = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    data.putFloat(0, Float.NEGATIVE_INFINITY);
    TensorView view = new Fixed(TensorType.F32, List.of(1L), data);

    assertThat(TensorView.cast(view, TensorType.F16, "x").data().getShort(0))
        .isEqualTo((short) 0xFC00);
  }

  @Test
  void rowsOfAMatrixAreAThirdOfItsBytes() {
    TensorView rows = TensorView.rows(matrix(6, 2), 2, 4);

    assertThat(rows.shape()).containsExactly(2L, 2L);
    assertThat(bytes(rows)).containsExactly(4, 5, 6, 7);
    assertThatThrownBy(() -> TensorView.rows(matrix(6, 2), 5, 7))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void thirdsPutTogetherAreTheWhole() {
    TensorView whole = matrix(6, 2);
    TensorView again =
        TensorView.concatenated(
            List.of(
                TensorView.rows(whole, 0, 2),
                TensorView.rows(whole, 2, 4),
                TensorView.rows(whole, 4, 6)));

    assertThat(again.shape()).isEqualTo(whole.shape());
    assertThat(again.data()).isEqualTo(whole.data());
    assertThatThrownBy(() -> TensorView.concatenated(List.of(whole, matrix(6, 3))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aTransposedMatrixHasItsRowsAsColumns() {
    TensorView transposed = TensorView.transposed(matrix(2, 3));

    assertThat(transposed.shape()).containsExactly(3L, 2L);
    assertThat(bytes(transposed)).containsExactly(0, 3, 1, 4, 2, 5);
    assertThat(TensorView.transposed(transposed).data()).isEqualTo(matrix(2, 3).data());
  }

  @Test
  void aShapeOfAnotherSizeIsRefused() {
    assertThat(TensorView.reshaped(matrix(2, 3), List.of(2L, 3L, 1L, 1L)).shape()).hasSize(4);
    assertThatThrownBy(() -> TensorView.reshaped(matrix(2, 3), List.of(7L)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static TensorView matrix(long rows, long columns) {
    ByteBuffer data = ByteBuffer.allocate((int) (rows * columns)).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < data.capacity(); i++) {
      data.put(i, (byte) i);
    }
    return new Fixed(TensorType.U8, List.of(rows, columns), data);
  }

  private static byte[] bytes(TensorView view) {
    ByteBuffer data = view.data();
    byte[] bytes = new byte[data.remaining()];
    data.get(bytes);
    return bytes;
  }

  private static long bits(ByteBuffer data, int at, TensorType type) {
    return switch (type.bytes()) {
      case 2 -> data.getShort(at);
      case 4 -> data.getInt(at);
      default -> data.getLong(at);
    };
  }

  private static double number(ByteBuffer data, int at, TensorType type) {
    return switch (type) {
      case F16 -> HalfPrecision.fromHalf(data.getShort(at));
      case BF16 -> HalfPrecision.fromBfloat16(data.getShort(at));
      case F32 -> data.getFloat(at);
      default -> data.getDouble(at);
    };
  }

  private record Fixed(TensorType type, List<Long> shape, ByteBuffer bytes) implements TensorView {
    @Override
    public ByteBuffer data() {
      return bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }
  }
}
