package io.github.sdtune.adapter;

import java.util.List;

/** Which factors the update of a layer has. */
final class AdapterLayout {
  private final String layer;
  private final List<Long> weight;
  private final long rank;

  /**
   * Of a layer.
   *
   * @param weight the shape of its weight: (out, in) or (out, in, k, k)
   */
  AdapterLayout(String layer, List<Long> weight, int rank) {
    this.layer = layer;
    this.weight = weight;
    this.rank = rank;
  }

  List<AdapterParameter> of(AdapterKind kind) {
    return switch (kind) {
      case LORA -> lora();
    };
  }

  /** Down has the layer's own kernel, up is 1x1; down is drawn from N(0, 1/r²), as in peft. */
  private List<AdapterParameter> lora() {
    boolean convolution = weight.size() == 4;
    List<Long> down =
        convolution
            ? List.of(rank, weight.get(1), weight.get(2), weight.get(3))
            : List.of(rank, weight.get(1));
    List<Long> up =
        convolution ? List.of(weight.get(0), rank, 1L, 1L) : List.of(weight.get(0), rank);
    return List.of(
        parameter(Factor.DOWN, down, new Init.Normal(1.0 / rank)),
        parameter(Factor.UP, up, new Init.Zeros()));
  }

  private AdapterParameter parameter(Factor factor, List<Long> shape, Init init) {
    return new AdapterParameter(layer + "." + factor.key(), factor, shape, init);
  }
}
