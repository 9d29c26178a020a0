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
          values[i] = ofHalf(bytes.getShort());
        }
      }
      case BF16 -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = Float.intBitsToFloat(bytes.getShort() << 16);
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
          bytes.putShort(2 * i, toHalf(values[i]));
        }
      }
      case BF16 -> {
        for (int i = 0; i < values.length; i++) {
          bytes.putShort(2 * i, toBfloat16(values[i]));
        }
      }
      default -> throw notReal(type);
    }
    return bytes;
  }

  private static IllegalArgumentException notReal(TensorType type) {
    return new IllegalArgumentException(type + " is not a type of real numbers");
  }

  private static short toBfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> 16) | 0x40); // quiet, so that the fraction stays other than 0
    }
    return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
  }

  private static float ofHalf(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = (half >>> 10) & 0x1F;
    int fraction = half & 0x3FF;
    if (exponent == 0x1F) {
      return Float.intBitsToFloat(sign | 0x7F800000 | (fraction << 13));
    }
    if (exponent == 0) {
      float tiny = fraction * 0x1p-24f;
      return sign == 0 ? tiny : -tiny;
    }
    return Float.intBitsToFloat(sign | ((exponent + 112) << 23) | (fraction << 13));
  }

  private static short toHalf(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = (bits >>> 16) & 0x8000;
    if (Float.isNaN(value)) {
      return (short) (sign | 0x7E00 | ((bits >>> 13) & 0x3FF));
    }
    float size = Math.abs(value);
    if (size >= 65520f) {
      return (short) (sign | 0x7C00);
    }
    if (size < 0x1p-14f) {
      return (short) (sign | (int) Math.rint(size * 0x1p24)); // subnormal: a multiple of 2^-24
    }
    int magnitude = bits & 0x7FFFFFFF;
    int rounded = magnitude + 0xFFF + ((magnitude >>> 13) & 1);
    return (short) (sign | ((rounded - (112 << 23)) >>> 13));
  }
}
