package io.github.sdtune.safetensors;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Real numbers between the bytes of a file and float32. */
public final class Floats {
  private Floats() {}

  /**
   * Widens the numbers of a tensor; those of F64 are rounded.
   *
   * @param data little-endian; its position stays
   * @throws IllegalArgumentException if the type is not of real numbers
   */
  public static float[] of(ByteBuffer data, TensorType type) {
    ByteBuffer bytes = data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[bytes.remaining() / type.bytes()];
    switch (type) {
      case F32 -> bytes.asFloatBuffer().get(values);
      case F64 -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) bytes.getDouble();
        }
      }
      case F16 -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = HalfPrecision.fromHalf(bytes.getShort());
        }
      }
      case BF16 -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = HalfPrecision.fromBfloat16(bytes.getShort());
        }
      }
      default -> throw notReal(type);
    }
    return values;
  }

  /**
   * The bytes of numbers, little-endian, rounded to the nearest (ties to even).
   *
   * @throws IllegalArgumentException if the type is not of real numbers
   */
  public static ByteBuffer bytes(float[] values, TensorType type) {
    int size = Math.multiplyExact(values.length, type.bytes());
    ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    switch (type) {
      case F32 -> bytes.asFloatBuffer().put(values);
      case F64 -> {
        for (int i = 0; i < values.length; i++) {
          bytes.putDouble(8 * i, values[i]);
        }
      }
      case F16 -> {
        for (int i = 0; i < values.length; i++) {
          bytes.putShort(2 * i, HalfPrecision.toHalf(values[i]));
        }
      }
      case BF16 -> {
        for (int i = 0; i < values.length; i++) {
          bytes.putShort(2 * i, HalfPrecision.toBfloat16(values[i]));
        }
      }
      default -> throw notReal(type);
    }
    return bytes;
  }

  private static IllegalArgumentException notReal(TensorType type) {
    return new IllegalArgumentException(type + " is not a type of real numbers");
  }
}
