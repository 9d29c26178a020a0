package io.github.sdtune.adapter;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.model.Delta;
import io.github.sdtune.model.TargetLayer;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Scope;
import java.util.Map;

/** The update of one layer, in training or at work: one class for each {@link AdapterKind}. */
interface AdapterLayer extends Delta {
  TargetLayer layer();

  /** What it is computed from; changed in place by training. */
  Map<Factor, NDArray> factors();

  Dropout dropout();

  /** What is added to the weight, scaled, of its shape. */
  NDArray update();

  /** As a file holds it. */
  AdapterModule module();

  /**
   * The update of a kind.
   *
   * @param scale alpha / r
   */
  static AdapterLayer of(
      AdapterKind kind,
      TargetLayer layer,
      Map<Factor, NDArray> factors,
      double scale,
      Dropout dropout) {
    return switch (kind) {
      case LORA -> new LoraLayer(layer, factors, scale, dropout);
      case DORA -> new DoraLayer(layer, factors, scale, dropout);
      case LOHA -> new LohaLayer(layer, factors, scale, dropout);
      case LOKR -> new LokrLayer(layer, factors, scale, dropout);
    };
  }

  @Override
  default NDArray apply(NDArray input) {
    try (Scope scope = new Scope()) {
      NDArray addend = layer().forward(input, update(), null);
      NDArray kept = dropout().ranks(layer().name(), addend); // rows of the update
      return scope.result(dropout().module(layer().name(), kept));
    }
  }

  @Override
  default NDArray output(NDArray input, TargetLayer layer) {
    try (Scope scope = new Scope()) {
      return scope.result(
          dropout().isActive()
              ? layer.frozen(input).add(apply(input))
              : layer.forward(input, Ops.addToWeight(layer.weight(), update()), layer.bias()));
    }
  }
}
