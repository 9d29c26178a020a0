package io.github.sdtune.adapter;

import io.github.sdtune.checkpoint.Part;
import java.util.Arrays;
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

  /** What adapters do to one layer. */
  static List<Term> terms(List<ScaledAdapter> adapters, Part part, String name) {
    return adapters.stream()
        .filter(adapter -> adapter.weights().modules(part).containsKey(name))
        .map(a -> new Term(a.weights().modules(part).get(name), a.scale()))
        .toList();
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
    int in = down.length / rank;
    int out = up.length / rank;
    float[] row = new float[in];
    for (int o = 0; o < out; o++) {
      Arrays.fill(row, 0);
      for (int k = 0; k < rank; k++) {
        float u = up[o * rank + k];
        int d = k * in;
        for (int i = 0; i < in; i++) {
          row[i] += u * down[d + i];
        }
      }
      int w = o * in;
      for (int i = 0; i < in; i++) {
        weight[w + i] += row[i];
      }
    }
  }

  /** All downs, (R, in * k * k). */
  float[] down() {
    return down;
  }

  /** All ups, scaled, (out, R). */
  float[] up() {
    return up;
  }

  /** R, the sum of the ranks. */
  int rank() {
    return rank;
  }
}
