package io.github.sdtune.adapter;

import io.github.sdtune.safetensors.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * The sum of several low-rank updates of one layer, which is one of the summed rank: downs are put
 * one below the other, ups one beside the other with the scales multiplied in.
 */
final class LowRankSum {
  /** One of the updates. */
  record Term(LoraModule module, double scale) {}

  private final float[] down; // (R, in * k * k)
  private final float[] up; // (out, R)
  private final int rank;

  private LowRankSum(float[] down, float[] up, int rank) {
    this.down = down;
    this.up = up;
    this.rank = rank;
  }

  /**
   * Sums updates, in float32.
   *
   * @param terms at least one, each for a weight of the same shape
   */
  static LowRankSum of(List<Term> terms) {
    int rank = terms.stream().mapToInt(t -> t.module().rank()).sum();
    LoraModule first = terms.get(0).module();
    int in = Math.toIntExact(first.down().size() / first.rank());
    int out = Math.toIntExact(first.up().dimension(0));
    float[] down = new float[Math.multiplyExact(rank, in)];
    float[] up = new float[Math.multiplyExact(out, rank)];
    int at = 0;
    for (Term term : terms) {
      LoraModule module = term.module();
      int r = module.rank();
      System.arraycopy(module.down().floats(), 0, down, at * in, r * in);
      float[] ups = module.up().floats();
      float scale = (float) (term.scale() * module.scale());
      for (int o = 0; o < out; o++) {
        for (int k = 0; k < r; k++) {
          up[o * rank + at + k] = ups[o * r + k] * scale;
        }
      }
      at += r;
    }
    return new LowRankSum(down, up, rank);
  }

  /** Adds the product to a weight (out, in · k · k). */
  void addTo(float[] weight) {
    LowRankProduct product = new LowRankProduct(up, down, rank);
    float[] row = new float[product.columns()];
    for (int o = 0; o < product.rows(); o++) {
      product.row(o, row);
      int w = o * row.length;
      for (int i = 0; i < row.length; i++) {
        weight[w + i] += row[i];
      }
    }
  }

  /**
   * The sum as a module of its own, whose alpha is its rank.
   *
   * @param weight the shape of the layer's weight
   */
  LoraModule module(List<Long> weight) {
    List<Long> downShape = new ArrayList<>(weight);
    downShape.set(0, (long) rank);
    List<Long> upShape = new ArrayList<>(List.of(weight.get(0), (long) rank));
    weight.stream().skip(2).forEach(k -> upShape.add(1L));
    return new LoraModule(
        AdapterTensor.of(down, TensorType.F32, downShape),
        AdapterTensor.of(up, TensorType.F32, upShape),
        rank);
  }
}
