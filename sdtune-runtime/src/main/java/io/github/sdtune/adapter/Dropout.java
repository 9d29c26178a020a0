package io.github.sdtune.adapter;

import ai.djl.ndarray.NDArray;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.Purpose;
import io.github.sdtune.tensor.Tensors;
import java.util.List;

/**
 * Inverted dropout whose masks are keyed by layer, picture and occurrence, so that they do not
 * depend on the batch a picture is in. Active only between {@link #train} and {@link #off}.
 */
final class Dropout {
  /** A row of the batch. */
  record Row(String item, int occurrence) {}

  private final double probability;
  private final KeyedRandom random;
  private List<Row> rows = List.of();

  Dropout(double probability, KeyedRandom random) {
    this.probability = probability;
    this.random = random;
  }

  void train(List<Row> batch) {
    rows = List.copyOf(batch);
  }

  void off() {
    rows = List.of();
  }

  boolean isActive() {
    return probability > 0 && !rows.isEmpty();
  }

  /** The input (B, ...) with elements zeroed at random and the rest scaled by 1 / (1 - p). */
  NDArray apply(String layer, NDArray input) {
    if (!isActive()) {
      return input;
    }
    int perRow = Math.toIntExact(input.size() / rows.size());
    float[] mask = new float[Math.toIntExact(input.size())];
    float kept = (float) (1 / (1 - probability));
    for (int b = 0; b < rows.size(); b++) {
      Row row = rows.get(b);
      double[] u =
          random.uniform(Purpose.DROPOUT, layer + "/" + row.item(), row.occurrence(), perRow);
      for (int i = 0; i < perRow; i++) {
        mask[b * perRow + i] = u[i] < probability ? 0 : kept;
      }
    }
    return input.mul(Tensors.owned(input.getManager(), mask, input.getShape()));
  }
}
