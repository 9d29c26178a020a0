package io.github.sdtune.adapter;

import java.util.Arrays;

/**
 * A product of low rank, row by row, in float32.
 *
 * @param up (m, r)
 * @param down (r, n)
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record LowRankProduct(float[] up, float[] down, int rank) {
  static LowRankProduct of(AdapterTensor up, AdapterTensor down) {
    return new LowRankProduct(up.floats(), down.floats(), Math.toIntExact(down.dimension(0)));
  }

  int rows() {
    return up.length / rank;
  }

  int columns() {
    return down.length / rank;
  }

  /** Computes row {@code o} into an array of {@link #columns}. */
  void row(int o, float[] row) {
    Arrays.fill(row, 0);
    for (int k = 0; k < rank; k++) {
      float u = up[o * rank + k];
      int d = k * row.length;
      for (int i = 0; i < row.length; i++) {
        row[i] += u * down[d + i];
      }
    }
  }
}
