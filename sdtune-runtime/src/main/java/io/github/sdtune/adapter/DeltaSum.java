package io.github.sdtune.adapter;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.model.Delta;
import io.github.sdtune.tensor.Scope;
import java.util.List;

/** What several adapters add to one layer, each as if it were alone. */
record DeltaSum(List<Delta> deltas) implements Delta {
  @Override
  public NDArray apply(NDArray input) {
    try (Scope scope = new Scope()) {
      return scope.result(
          deltas.stream().map(d -> d.apply(input)).reduce(NDArray::add).orElseThrow());
    }
  }
}
