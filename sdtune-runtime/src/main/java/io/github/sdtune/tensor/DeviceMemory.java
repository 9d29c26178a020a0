package io.github.sdtune.tensor;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import com.sun.jna.Function;
import com.sun.jna.Platform;
import io.github.sdtune.io.ProcessMemory;
import java.util.Optional;

/** How much memory tensors take, and all that goes with them. */
public final class DeviceMemory {
  private DeviceMemory() {}

  /**
   * The highest since {@link #forgetPeak}, in bytes: of a CPU, what is resident of this process; of
   * a GPU, what is taken of its memory, by whomever. Absent where it cannot be told.
   */
  public static Optional<Long> peak(Device device) {
    if (!device.isGpu()) {
      return ProcessMemory.peak();
    }
    try {
      // libtorch's allocator keeps what it once took.
      return Optional.of(CudaUtils.getGpuMemory(device).getCommitted());
    } catch (IllegalArgumentException | LinkageError e) {
      return Optional.empty(); // no CUDA runtime where DJL looks for it
    }
  }

  /**
   * Begins anew. What the allocator of a CPU keeps free is given back first: it would hide what is
   * taken next. On a GPU nothing is forgotten.
   */
  public static void forgetPeak(Device device) {
    if (!device.isGpu()) {
      giveBack();
      ProcessMemory.forgetPeak();
    }
  }

  /** Gives the system back what the C library's allocator keeps free; only glibc's can. */
  public static void giveBack() {
    try {
      Function.getFunction(Platform.C_LIBRARY_NAME, "malloc_trim").invokeInt(new Object[] {0L});
    } catch (LinkageError e) {
      // Another C library.
    }
  }
}
