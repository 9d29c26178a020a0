package io.github.sdtune.tensor;

import ai.djl.ndarray.NDArray;
import java.util.function.Supplier;

/**
 * In which floats the products of matrices, convolutions and attention are computed; their results,
 * and all else, are float32. Of what torch's autocast computes in half precision
 * (https://pytorch.org/docs/2.7/amp.html#cpu-op-specific-behavior) this is what takes the time.
 */
public enum Compute {
  FLOAT32,
  /** Small gradients become zero: they are to be scaled up. */
  FLOAT16,
  BFLOAT16;

  private static final ThreadLocal<Compute> CURRENT = ThreadLocal.withInitial(() -> FLOAT32);

  /** Runs work of this thread whose products are computed so; gradients of it belong inside too. */
  public <T> T during(Supplier<T> work) {
    Compute before = CURRENT.get();
    CURRENT.set(this);
    try {
      return work.get();
    } finally {
      CURRENT.set(before);
    }
  }

  /** Whether this thread computes products in less than float32. */
  static boolean isHalf() {
    return CURRENT.get() != FLOAT32;
  }

  /** A factor in the floats of this thread. */
  static NDArray narrow(NDArray x) {
    return CURRENT.get() == FLOAT16 ? Ops.toFloat16(x) : Ops.toBfloat16(x);
  }
}
