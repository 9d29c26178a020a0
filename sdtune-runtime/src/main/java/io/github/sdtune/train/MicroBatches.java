package io.github.sdtune.train;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.tensor.OutOfMemory;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * How many pictures go through the networks at once: as many as there are in a micro-batch, or half
 * of that after each out-of-memory error, for the rest of the run. The gradient of the halves
 * together is that of the whole, up to rounding.
 */
final class MicroBatches {
  private final IntConsumer halved;
  private int atOnce = Integer.MAX_VALUE;

  /**
   * @param halved is told how many pictures go at once from now on
   */
  MicroBatches(IntConsumer halved) {
    this.halved = halved;
  }

  /** The parts of a batch, in order. */
  List<Batch> parts(Batch batch) {
    int rows = batch.rows();
    if (rows <= atOnce) {
      return List.of(batch);
    }
    int parts = (rows + atOnce - 1) / atOnce;
    return IntStream.range(0, parts)
        .mapToObj(i -> batch.rows(rows * i / parts, rows * (i + 1) / parts))
        .toList();
  }

  /**
   * Takes fewer pictures at once.
   *
   * @param e what went wrong; thrown again if it was not the memory
   * @param rows that were tried at once, or more
   * @throws SdtuneException if it was one picture
   */
  void halve(RuntimeException e, int rows) {
    if (!OutOfMemory.is(e)) {
      throw e;
    }
    int tried = Math.min(rows, atOnce);
    if (tried == 1) {
      throw new SdtuneException(
          "memory ran out with one picture at a time (%s): set <gradientCheckpointing>, <weights> stored where the model is in half precision, or a smaller <resolution>"
              .formatted(String.valueOf(e.getMessage()).lines().findFirst().orElse("")),
          e);
    }
    atOnce = (tried + 1) / 2;
    halved.accept(atOnce);
  }
}
