package io.github.sdtune.safetensors;

import io.github.sdtune.SdtuneException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** The numbers of a tensor in another real type. */
record Cast(TensorView tensor, TensorType type, String name) implements TensorView {
  Cast {
    if (!tensor.type().isFloat() || !type.isFloat()) {
      throw new IllegalArgumentException(name + ": " + tensor.type() + " to " + type);
    }
  }

  @Override
  public List<Long> shape() {
    return tensor.shape();
  }

  @Override
  public ByteBuffer data() {
    ByteBuffer from = tensor.data().order(ByteOrder.LITTLE_ENDIAN);
    TensorType stored = tensor.type();
    int count = from.remaining() / stored.bytes();
    ByteBuffer to =
        ByteBuffer.allocate(Math.multiplyExact(count, type.bytes())).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      double number = read(from, stored);
      write(to, number, (float) number);
    }
    return to.flip();
  }

  private static double read(ByteBuffer from, TensorType stored) {
    return switch (stored) {
      case F64 -> from.getDouble();
      case F32 -> from.getFloat();
      case F16 -> HalfPrecision.fromHalf(from.getShort());
      default -> HalfPrecision.fromBfloat16(from.getShort());
    };
  }

  /** As torch does, everything narrower than float32 is rounded from float32. */
  private void write(ByteBuffer to, double number, float single) {
    boolean overflow =
        switch (type) {
          case F64 -> {
            to.putDouble(number);
            yield false;
          }
          case F32 -> {
            to.putFloat(single);
            yield Float.isInfinite(single);
          }
          case F16 -> {
            short half = HalfPrecision.toHalf(single);
            to.putShort(half);
            yield (half & 0x7FFF) == 0x7C00;
          }
          default -> {
            short half = HalfPrecision.toBfloat16(single);
            to.putShort(half);
            yield (half & 0x7FFF) == 0x7F80;
          }
        };
    if (overflow && !Double.isInfinite(number)) {
      throw new SdtuneException(
          name
              + ": holds "
              + number
              + ", which becomes infinite in "
              + type
              + "; ask for BF16 or F32");
    }
  }
}
