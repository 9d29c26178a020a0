package io.github.sdtune.safetensors;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * One tensor on disk, perhaps under another type or shape than there. Nothing is held: {@link
 * #data} computes the whole tensor anew, so that a file of any size passes through the memory of
 * its largest tensor.
 */
public interface TensorView {
  TensorType type();

  /** The length of each dimension. */
  List<Long> shape();

  /** The whole tensor, little-endian, in C order. */
  ByteBuffer data();

  /** A tensor as its source has it. */
  static TensorView of(TensorSource source, String name) {
    return new StoredTensor(source, name);
  }

  /** Rows {@code from} to {@code to} (exclusive) of the first dimension. */
  static TensorView rows(TensorView tensor, long from, long to) {
    return new RowSlice(tensor, from, to);
  }

  /** Tensors of one type put together along the first dimension. */
  static TensorView concatenated(List<TensorView> tensors) {
    return new Concatenation(List.copyOf(tensors));
  }

  /** The same numbers under another shape. */
  static TensorView reshaped(TensorView tensor, List<Long> shape) {
    return new Reshaped(tensor, List.copyOf(shape));
  }

  /** A matrix (R, C) as (C, R). */
  static TensorView transposed(TensorView matrix) {
    return new Transposed(matrix);
  }

  /**
   * The numbers in another real type, rounded to nearest even.
   *
   * @param name for the message when a finite number has no finite counterpart in {@code type}
   */
  static TensorView cast(TensorView tensor, TensorType type, String name) {
    return tensor.type() == type ? tensor : new Cast(tensor, type, name);
  }
}
