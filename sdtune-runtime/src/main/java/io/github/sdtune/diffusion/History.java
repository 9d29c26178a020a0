package io.github.sdtune.diffusion;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.tensor.Scope;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;

/** The last few tensors of a run, as copies that outlive the scope of a step. */
final class History implements AutoCloseable {
  private final Deque<NDArray> newestFirst = new ArrayDeque<>();
  private final int capacity;

  History(int capacity) {
    this.capacity = capacity;
  }

  /** Remembers a tensor, and forgets the eldest if there are too many. */
  void add(NDArray x) {
    newestFirst.addFirst(Scope.keep(x.duplicate()));
    if (newestFirst.size() > capacity) {
      newestFirst.removeLast().close();
    }
  }

  int size() {
    return newestFirst.size();
  }

  /** The newest for 0, the one before for 1. */
  NDArray get(int back) {
    return new ArrayList<>(newestFirst).get(back);
  }

  @Override
  public void close() {
    newestFirst.forEach(NDArray::close);
    newestFirst.clear();
  }
}
