package io.github.sdtune.adapter;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.safetensors.Shapes;
import java.util.List;
import java.util.Map;

/**
 * {@code (w1_a w1_b) ⊙ (w2_a w2_b) * alpha / rank}: see {@link LohaLayer}.
 *
 * @param tensors both a (out, r), both b (r, in * k * k)
 */
public record LohaModule(Map<Factor, AdapterTensor> tensors, double alpha)
    implements AdapterModule {
  public LohaModule {
    List<Long> a = tensors.get(Factor.HADA_W1_A).shape();
    List<Long> b = tensors.get(Factor.HADA_W1_B).shape();
    boolean fits =
        a.size() == 2
            && b.size() == 2
            && a.get(1).equals(b.get(0))
            && a.get(1) > 0
            && a.equals(tensors.get(Factor.HADA_W2_A).shape())
            && b.equals(tensors.get(Factor.HADA_W2_B).shape());
    if (!fits) {
      throw new SdtuneException(
          "found %s, expected (out, r) and (r, in) twice, or (out, r) and (r, in * k * k)"
              .formatted(AdapterModule.shapes(tensors)));
    }
  }

  @Override
  public AdapterKind kind() {
    return AdapterKind.LOHA;
  }

  @Override
  public boolean fits(List<Long> weight) {
    long size = Shapes.count(weight);
    return weight.get(0) == tensors.get(Factor.HADA_W1_A).dimension(0)
        && size == weight.get(0) * columns();
  }

  @Override
  public long columns() {
    return tensors.get(Factor.HADA_W1_B).dimension(1);
  }

  @Override
  public void addTo(float[] weight, float[] frozen, double strength) {
    LowRankProduct first =
        LowRankProduct.of(tensors.get(Factor.HADA_W1_A), tensors.get(Factor.HADA_W1_B));
    LowRankProduct second =
        LowRankProduct.of(tensors.get(Factor.HADA_W2_A), tensors.get(Factor.HADA_W2_B));
    float scale = (float) (scale() * strength);
    float[] one = new float[first.columns()];
    float[] other = new float[first.columns()];
    for (int o = 0; o < first.rows(); o++) {
      first.row(o, one);
      second.row(o, other);
      int at = o * one.length;
      for (int i = 0; i < one.length; i++) {
        weight[at + i] += scale * one[i] * other[i];
      }
    }
  }
}
