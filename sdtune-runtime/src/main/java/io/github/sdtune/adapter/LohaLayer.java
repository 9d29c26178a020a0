package io.github.sdtune.adapter;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.model.TargetLayer;
import io.github.sdtune.tensor.Ops;
import java.util.Map;

/**
 * The product, element by element, of two updates of low rank: of rank r² at most (Hyeon-Woo et al.
 * 2021, https://arxiv.org/abs/2108.06098, proposition 2). Numbers are those of LyCORIS.
 */
record LohaLayer(TargetLayer layer, Map<Factor, NDArray> factors, double scale, Dropout dropout)
    implements AdapterLayer {
  @Override
  public NDArray update() {
    return Ops.hadamard(
            factors.get(Factor.HADA_W1_A),
            factors.get(Factor.HADA_W1_B),
            factors.get(Factor.HADA_W2_A),
            factors.get(Factor.HADA_W2_B),
            scale)
        .reshape(layer.weightShape());
  }

  @Override
  public LohaModule module() {
    Map<Factor, AdapterTensor> tensors = AdapterTensor.of(factors);
    return new LohaModule(tensors, scale * AdapterModule.rank(tensors));
  }
}
