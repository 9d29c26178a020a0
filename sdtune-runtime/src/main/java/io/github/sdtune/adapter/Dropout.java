package io.github.sdtune.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.Purpose;
import io.github.sdtune.tensor.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Dropout whose masks are keyed by layer, picture and occurrence, so that they do not depend on the
 * batch a picture is in. Active only between {@link #train} and {@link #off}.
 */
public final class Dropout {
  /** A row of the batch. */
  private record Row(String item, int occurrence) {}

  /** Nothing is ever left out. */
  static Dropout none() {
    return new Dropout(DropoutSettings.NONE, new KeyedRandom(0), "");
  }

  private final DropoutSettings settings;
  private final KeyedRandom random;
  private final String prefix;
  private List<Row> rows = List.of();

  /**
   * Nothing is left out yet.
   *
   * @param prefix of the names of layers, where parts of a model have layers of the same names
   */
  public Dropout(DropoutSettings settings, KeyedRandom random, String prefix) {
    this.settings = settings;
    this.random = random;
    this.prefix = prefix;
  }

  /**
   * Begins to leave out.
   *
   * @param items of the batch's rows
   * @param occurrences of these items in the run
   */
  public void train(List<String> items, List<Integer> occurrences) {
    rows =
        IntStream.range(0, items.size())
            .mapToObj(i -> new Row(items.get(i), occurrences.get(i)))
            .toList();
  }

  /** Leaves nothing out any more. */
  public void off() {
    rows = List.of();
  }

  boolean isActive() {
    return !settings.equals(DropoutSettings.NONE) && !rows.isEmpty();
  }

  /** The input (B, ...) with elements zeroed at random and the rest scaled by 1 / (1 - p). */
  public NDArray input(String layer, NDArray input) {
    double p = settings.input();
    return masked(Purpose.DROPOUT, p, 1 / (1 - p), layer, input, input.getShape());
  }

  /**
   * Channels of (B, C), (B, L, C) or (B, C, H, W) zeroed at random, for all places of a picture,
   * and the rest scaled by 1 / (1 - p).
   */
  NDArray ranks(String layer, NDArray x) {
    double p = settings.rank();
    Shape shape = x.getShape();
    Shape mask =
        switch (shape.dimension()) {
          case 2 -> shape;
          case 3 -> new Shape(shape.get(0), 1, shape.get(2));
          default -> new Shape(shape.get(0), shape.get(1), 1, 1);
        };
    return masked(Purpose.RANK_DROPOUT, p, 1 / (1 - p), layer, x, mask);
  }

  /** All that a layer adds (B, ...) zeroed for pictures at random; the rest stays as it is. */
  NDArray module(String layer, NDArray addend) {
    long[] mask = new long[addend.getShape().dimension()];
    Arrays.fill(mask, 1);
    mask[0] = addend.getShape().get(0);
    return masked(Purpose.MODULE_DROPOUT, settings.module(), 1, layer, addend, new Shape(mask));
  }

  private NDArray masked(
      Purpose purpose, double p, double kept, String layer, NDArray x, Shape shape) {
    if (p == 0 || rows.isEmpty()) {
      return x;
    }
    int perRow = Math.toIntExact(shape.size() / rows.size());
    float[] mask = new float[Math.toIntExact(shape.size())];
    // Rows are independent, and those of a residual block have 10,000 elements and more.
    IntStream.range(0, rows.size())
        .parallel()
        .forEach(
            b -> {
              Row row = rows.get(b);
              String item = prefix + layer + "/" + row.item();
              boolean[] out = random.chosen(purpose, item, row.occurrence(), perRow, p);
              for (int i = 0; i < perRow; i++) {
                mask[b * perRow + i] = out[i] ? 0 : (float) kept;
              }
            });
    return x.mul(Tensors.owned(x.getManager(), mask, shape));
  }
}
