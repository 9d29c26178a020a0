package io.github.sdtune.adapter;

import io.github.sdtune.SdtuneException;
import java.util.List;
import java.util.Map;

/**
 * {@code m V / ‖V‖ - W}, where {@code V} is W with the update of low rank and the norm is that of a
 * row: see {@link DoraLayer}.
 *
 * @param magnitude m, of each row: (out), or (1, out, 1, 1) for a convolution
 */
public record DoraModule(LoraModule lora, AdapterTensor magnitude) implements AdapterModule {
  public DoraModule {
    long out = lora.up().dimension(0);
    if (magnitude.size() != out) {
      throw new SdtuneException(
          "found magnitude %s beside up %s, expected one for each of %d outputs"
              .formatted(magnitude.shape(), lora.up().shape(), out));
    }
    boolean convolution = lora.up().shape().size() == 4;
    magnitude = magnitude.reshaped(convolution ? List.of(1L, out, 1L, 1L) : List.of(out));
  }

  DoraModule(Map<Factor, AdapterTensor> tensors, double alpha) {
    this(new LoraModule(tensors, alpha), tensors.get(Factor.MAGNITUDE));
  }

  @Override
  public AdapterKind kind() {
    return AdapterKind.DORA;
  }

  @Override
  public Map<Factor, AdapterTensor> tensors() {
    Map<Factor, AdapterTensor> tensors = lora.tensors();
    tensors.put(Factor.MAGNITUDE, magnitude);
    return tensors;
  }

  @Override
  public double alpha() {
    return lora.alpha();
  }

  @Override
  public boolean isSpatial() {
    return lora.isSpatial();
  }

  @Override
  public boolean fits(List<Long> weight) {
    return lora.fits(weight);
  }

  @Override
  public DoraModule on(List<Long> weight) {
    LowRankSum sum = LowRankSum.of(List.of(new LowRankSum.Term(lora, 1)));
    return new DoraModule(sum.module(weight), magnitude);
  }

  @Override
  public long columns() {
    return lora.columns();
  }

  @Override
  public void addTo(float[] weight, float[] frozen, double strength) {
    LowRankProduct product = LowRankProduct.of(lora.up(), lora.down());
    float[] magnitudes = magnitude.floats();
    float scale = (float) (scale() * strength);
    float[] v = new float[product.columns()];
    for (int o = 0; o < product.rows(); o++) {
      product.row(o, v);
      int at = o * v.length;
      double squares = 0;
      for (int i = 0; i < v.length; i++) {
        v[i] = frozen[at + i] + scale * v[i];
        squares += (double) v[i] * v[i];
      }
      float gain = (float) (magnitudes[o] / Math.sqrt(squares));
      for (int i = 0; i < v.length; i++) {
        weight[at + i] += gain * v[i] - frozen[at + i];
      }
    }
  }
}
