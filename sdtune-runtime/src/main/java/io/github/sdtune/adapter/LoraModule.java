package io.github.sdtune.adapter;

import java.util.ArrayList;
import java.util.List;

/**
 * The low-rank update of one layer: {@code up * down * alpha / rank}.
 *
 * @param down (r, in), or (r, in, k, k) for a convolution
 * @param up (out, r), or (out, r, 1, 1)
 * @param alpha the rank, where the file does not say
 */
public record LoraModule(AdapterTensor down, AdapterTensor up, double alpha) {
  public int rank() {
    return Math.toIntExact(down.dimension(0));
  }

  /** alpha / rank. */
  public double scale() {
    return alpha / rank();
  }

  /** Whether the update is of a convolution with a kernel larger than 1x1. */
  boolean isSpatial() {
    return down.shape().size() == 4 && (down.dimension(2) > 1 || down.dimension(3) > 1);
  }

  /** The shape of the weight that is updated: (out, in) or (out, in, k, k). */
  List<Long> weightShape() {
    List<Long> shape = new ArrayList<>(down.shape());
    shape.set(0, up.dimension(0));
    return shape;
  }
}
