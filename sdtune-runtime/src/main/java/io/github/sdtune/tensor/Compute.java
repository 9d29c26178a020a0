package io.github.sdtune.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.util.cuda.CudaUtils;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * In which floats the products of matrices, convolutions and attention are computed, as by torch's
 * autocast (https://pytorch.org/docs/2.7/amp.html). What is made of their results stays in these
 * floats as well, norms, activation functions and sums, until it meets a float32: a network whose
 * first layer is a product is computed in half precision to its output.
 */
public enum Compute {
  FLOAT32,
  /** Small gradients become zero: they are to be scaled up. */
  FLOAT16,
  BFLOAT16,
  /** What the device is fast in: see {@link #on}. */
  AUTO;

  private static final int HAS_BFLOAT16 = 80;
  private static final ThreadLocal<Compute> CURRENT = ThreadLocal.withInitial(() -> FLOAT32);

  /**
   * {@link #AUTO} on a device: float32 on a CPU; on a GPU bfloat16 if it has it in hardware, from
   * NVIDIA's compute capability 8.0 on, else float16. All others are what they are.
   */
  public Compute on(Device device) {
    return this == AUTO ? forDevice(device.isGpu(), () -> capability(device)) : this;
  }

  static Compute forDevice(boolean gpu, IntSupplier capability) {
    if (!gpu) {
      return FLOAT32;
    }
    return capability.getAsInt() >= HAS_BFLOAT16 ? BFLOAT16 : FLOAT16;
  }

  /** 90 for compute capability 9.0; 0 if it cannot be told. */
  private static int capability(Device device) {
    try {
      return Integer.parseInt(CudaUtils.getComputeCapability(device.getDeviceId()));
    } catch (RuntimeException | LinkageError e) {
      return 0; // no libcudart to ask; every GPU has float16
    }
  }

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
