package io.github.sdtune.safetensors;

import java.util.List;

/** Shapes as files tell them: the length of each dimension. */
public final class Shapes {
  private Shapes() {}

  /**
   * How many numbers a tensor has.
   *
   * @throws ArithmeticException if that is beyond 64 bits
   */
  public static long count(List<Long> shape) {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }
}
