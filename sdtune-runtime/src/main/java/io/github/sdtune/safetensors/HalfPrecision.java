package io.github.sdtune.safetensors;

/**
 * Numbers of 16 bits as Java, which has none, sees them: IEEE 754 binary16 and bfloat16, the upper
 * half of a binary32. Rounded to nearest, ties to even; a NaN stays one.
 */
final class HalfPrecision {
  private HalfPrecision() {}

  /** The binary16 nearest to a number; what is too large becomes infinite. */
  static short toHalf(float number) {
    int bits = Float.floatToRawIntBits(number);
    int sign = (bits >>> 16) & 0x8000;
    int rest = bits & 0x7FFFFFFF;
    if (rest > 0x7F800000) {
      return (short) (sign | 0x7E00 | ((rest >>> 13) & 0x3FF));
    }
    if (rest >= 0x47800000) {
      return (short) (sign | 0x7C00);
    }
    if (rest >= 0x38800000) {
      // The exponent's bias goes from 127 to 15, the fraction from 23 bits to 10.
      return (short) (sign | roundShift(rest - (112 << 23), 13));
    }
    if (rest < 0x33000000) {
      return (short) sign;
    }
    // Below 2^-14 the steps are 2^-24: the fraction with its leading one is shifted there.
    int fraction = (rest & 0x7FFFFF) | 0x800000;
    return (short) (sign | roundShift(fraction, 126 - (rest >>> 23)));
  }

  /** The number that a binary16 is. */
  static float fromHalf(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = (half >>> 10) & 0x1F;
    int fraction = half & 0x3FF;
    if (exponent == 0) {
      float magnitude = fraction * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    int wide = exponent == 31 ? 255 : exponent + 112;
    return Float.intBitsToFloat(sign | (wide << 23) | (fraction << 13));
  }

  /** The bfloat16 nearest to a number; what is too large becomes infinite. */
  static short toBfloat16(float number) {
    int bits = Float.floatToRawIntBits(number);
    if (Float.isNaN(number)) {
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
  }

  /** The number that a bfloat16 is. */
  static float fromBfloat16(short half) {
    return Float.intBitsToFloat(half << 16);
  }

  private static int roundShift(int value, int shift) {
    int half = 1 << (shift - 1);
    int odd = (value >>> shift) & 1;
    return (value + half - 1 + odd) >>> shift;
  }
}
