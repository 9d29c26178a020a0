package io.github.sdtune.adapter;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Purpose;

/** What a factor is before the first step. */
public sealed interface Init {
  /**
   * The first values.
   *
   * @param weight of the layer
   * @param item names the factor
   */
  float[] values(NDArray weight, KeyedRandom random, String item, int count);

  record Zeros() implements Init {
    @Override
    public float[] values(NDArray weight, KeyedRandom random, String item, int count) {
      return new float[count];
    }
  }

  /** Drawn from N(0, deviation²). */
  record Normal(double deviation) implements Init {
    @Override
    public float[] values(NDArray weight, KeyedRandom random, String item, int count) {
      float[] values = random.normal(Purpose.ADAPTER_INIT, item, 0, count);
      for (int i = 0; i < count; i++) {
        values[i] = (float) (values[i] * deviation);
      }
      return values;
    }
  }

  /** Drawn evenly from -bound to bound. */
  record Uniform(double bound) implements Init {
    @Override
    public float[] values(NDArray weight, KeyedRandom random, String item, int count) {
      double[] units = random.uniform(Purpose.ADAPTER_INIT, item, 0, count);
      float[] values = new float[count];
      for (int i = 0; i < count; i++) {
        values[i] = (float) (bound * (2 * units[i] - 1));
      }
      return values;
    }
  }

  /** The Euclidean norm of each row of the weight. */
  record NormsOfRows() implements Init {
    @Override
    public float[] values(NDArray weight, KeyedRandom random, String item, int count) {
      try (NDArray norms = Ops.normsOfRows(weight)) {
        return norms.toFloatArray();
      }
    }
  }
}
