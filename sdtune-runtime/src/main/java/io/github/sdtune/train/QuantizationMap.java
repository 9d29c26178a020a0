package io.github.sdtune.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.sdtune.tensor.Scope;
import java.util.ArrayList;
import java.util.List;

/**
 * What the 256 codes of dynamic tree quantization mean (Dettmers 2016,
 * https://arxiv.org/abs/1511.04561): numbers of -1 to 1, or of 0 to 1, the finer the nearer they
 * are to 0. Same numbers as bitsandbytes' {@code create_dynamic_map}.
 */
final class QuantizationMap {
  /** Powers of ten from 1e-6 to 1, each with twice as many codes as the one before. */
  private static final int EXPONENTS = 7;

  private QuantizationMap() {}

  /** The map (256), ascending. */
  static NDArray create(boolean signed, NDManager manager) {
    List<Float> values = new ArrayList<>(List.of(0f, 1f));
    for (int i = 0; i < EXPONENTS; i++) {
      float scale = (float) Math.pow(10, i - EXPONENTS + 1);
      int count = 1 << (signed ? i : i + 1); // without a sign there is a bit more
      for (float mean : means(count, manager)) {
        values.add(scale * mean);
        if (signed) {
          values.add(-scale * mean);
        }
      }
    }
    values.sort(null);
    float[] map = new float[values.size()];
    for (int i = 0; i < map.length; i++) {
      map[i] = values.get(i);
    }
    return Scope.keep(manager.create(map));
  }

  /** The middles of {@code count} equal parts of 0.1 to 1. */
  private static float[] means(int count, NDManager manager) {
    try (NDArray boundaries = manager.linspace(0.1f, 1f, count + 1)) {
      float[] b = boundaries.toFloatArray();
      float[] means = new float[count];
      for (int i = 0; i < count; i++) {
        means[i] = (b[i] + b[i + 1]) / 2;
      }
      return means;
    }
  }
}
