package io.github.sdtune.train;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.tensor.Ops;
import java.util.List;

/** A number that an optimizer remembers, in a 0-dim float64 array that a checkpoint can hold. */
final class StateNumber {
  private final NDArray array;

  StateNumber(NDArray array) {
    this.array = array;
  }

  double get() {
    return array.getDouble();
  }

  void set(double value) {
    try (NDArray next = array.getManager().create(value)) {
      Ops.foreachCopy(List.of(array), List.of(next));
    }
  }
}
