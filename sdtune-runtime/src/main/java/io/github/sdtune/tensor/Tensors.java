package io.github.sdtune.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;

/** Tensors of their own, apart from Java's memory and from autograd. */
public final class Tensors {
  private Tensors() {}

  /**
   * A tensor whose memory is libtorch's own, so that autograd may keep it longer than we do. {@code
   * NDManager.create} shares the memory of a Java buffer instead, which is collected some time
   * after the array is closed: a backward pass would then read freed memory.
   */
  public static NDArray owned(NDManager manager, float[] values, Shape shape) {
    try (NDArray shared = manager.create(values, shape)) {
      return Ops.copy(shared);
    }
  }

  /** The same of whole numbers, such as the ids whose rows of a vocabulary are learned. */
  public static NDArray owned(NDManager manager, long[] values, Shape shape) {
    try (NDArray shared = manager.create(values, shape)) {
      return Ops.copy(shared);
    }
  }

  /** The length of each dimension. */
  public static List<Long> shape(NDArray array) {
    return Arrays.stream(array.getShape().getShape()).boxed().toList();
  }

  /** A copy on the same manager, of which autograd knows nothing. */
  public static NDArray detachedCopy(NDArray array) {
    return Gradients.without(() -> Ops.copy(array));
  }
}
