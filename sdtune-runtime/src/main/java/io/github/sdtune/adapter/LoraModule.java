package io.github.sdtune.adapter;

import io.github.sdtune.SdtuneException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * {@code up * down * alpha / rank}.
 *
 * @param down (r, in), or (r, in, k, k) for a convolution
 * @param up (out, r), or (out, r, 1, 1)
 */
public record LoraModule(AdapterTensor down, AdapterTensor up, double alpha)
    implements AdapterModule {
  public LoraModule {
    int dimensions = down.shape().size();
    boolean fits =
        (dimensions == 2 || dimensions == 4)
            && up.shape().size() == dimensions
            && down.dimension(0) > 0
            && down.dimension(0) <= Integer.MAX_VALUE
            && down.dimension(0) == up.dimension(1)
            && (dimensions == 2 || (up.dimension(2) == 1 && up.dimension(3) == 1));
    if (!fits) {
      throw new SdtuneException(
          "found down %s and up %s, expected (r, in) and (out, r), or (r, in, k, k) and (out, r, 1, 1)"
              .formatted(down.shape(), up.shape()));
    }
  }

  LoraModule(Map<Factor, AdapterTensor> tensors, double alpha) {
    this(tensors.get(Factor.DOWN), tensors.get(Factor.UP), alpha);
  }

  @Override
  public AdapterKind kind() {
    return AdapterKind.LORA;
  }

  @Override
  public Map<Factor, AdapterTensor> tensors() {
    return new EnumMap<>(Map.of(Factor.DOWN, down, Factor.UP, up));
  }

  @Override
  public boolean isSpatial() {
    return down.shape().size() == 4 && (down.dimension(2) > 1 || down.dimension(3) > 1);
  }

  @Override
  public boolean fits(List<Long> weight) {
    List<Long> own = new ArrayList<>(down.shape());
    own.set(0, up.dimension(0));
    return squeezed(own).equals(squeezed(weight));
  }

  /** A 1x1 convolution is a linear layer: some files have it so, some models otherwise. */
  private static List<Long> squeezed(List<Long> shape) {
    boolean pointwise = shape.size() == 4 && shape.get(2) == 1 && shape.get(3) == 1;
    return pointwise ? shape.subList(0, 2) : shape;
  }

  @Override
  public long columns() {
    return down.size() / down.dimension(0);
  }

  @Override
  public void addTo(float[] weight, float[] frozen, double strength) {
    LowRankSum.of(List.of(new LowRankSum.Term(this, strength))).addTo(weight);
  }
}
