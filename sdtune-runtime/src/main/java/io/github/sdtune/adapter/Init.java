package io.github.sdtune.adapter;

import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.Purpose;

/** How a factor is drawn before the first step. */
public sealed interface Init {
  /**
   * The first values.
   *
   * @param item names the factor
   */
  float[] draw(KeyedRandom random, String item, int count);

  record Zeros() implements Init {
    @Override
    public float[] draw(KeyedRandom random, String item, int count) {
      return new float[count];
    }
  }

  /** From N(0, deviation²). */
  record Normal(double deviation) implements Init {
    @Override
    public float[] draw(KeyedRandom random, String item, int count) {
      float[] values = random.normal(Purpose.ADAPTER_INIT, item, 0, count);
      for (int i = 0; i < count; i++) {
        values[i] = (float) (values[i] * deviation);
      }
      return values;
    }
  }
}
