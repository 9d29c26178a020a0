package io.github.sdtune.adapter;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.model.TargetLayer;
import io.github.sdtune.tensor.Ops;
import java.util.Map;

/**
 * A Kronecker product, of which large factors are products of rank r themselves (LyCORIS, Yeh et
 * al. 2023, https://arxiv.org/abs/2309.14859, section 3.3). Numbers are those of LyCORIS.
 */
record LokrLayer(TargetLayer layer, Map<Factor, NDArray> factors, double scale, Dropout dropout)
    implements AdapterLayer {
  @Override
  public NDArray update() {
    NDArray w1 = side(Factor.LOKR_W1, Factor.LOKR_W1_A, Factor.LOKR_W1_B); // (a, c)
    NDArray w2 = side(Factor.LOKR_W2, Factor.LOKR_W2_A, Factor.LOKR_W2_B); // (b, d*k*k)
    // (a*b, c*d*k*k) -> (out, in, k, k)
    return Ops.kronecker(w1, w2, module().scale()).reshape(layer.weightShape());
  }

  private NDArray side(Factor whole, Factor a, Factor b) {
    NDArray found = factors.get(whole);
    return found == null
        ? factors.get(a).matMul(factors.get(b))
        : found.reshape(found.getShape().get(0), -1);
  }

  @Override
  public LokrModule module() {
    Map<Factor, AdapterTensor> tensors = AdapterTensor.of(factors);
    return new LokrModule(tensors, scale * AdapterModule.rank(tensors));
  }
}
