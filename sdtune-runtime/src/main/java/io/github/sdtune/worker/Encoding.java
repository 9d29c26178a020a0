package io.github.sdtune.worker;

import static io.github.sdtune.worker.Calibration.secondsSince;

import io.github.sdtune.dataset.DatasetEncoder;
import java.util.List;
import java.util.function.Consumer;

/**
 * How long it takes to encode pictures, or captions.
 *
 * @param each seconds of one
 * @param shard seconds of writing some together
 */
record Encoding(double each, double shard) {
  /** What takes longer is not done more often to tell the one from the other. */
  private static final double BRIEFLY = 2;

  private static final int SOME = 8;

  /**
   * Encodes some of what is missing.
   *
   * @param encode puts into the cache what it is given
   */
  static <T> Encoding measured(List<T> missing, Consumer<List<T>> encode) {
    if (missing.size() < 2) {
      return new Encoding(0, 0);
    }
    encode.accept(missing.subList(0, 1)); // loads a network
    double one = seconds(missing.subList(1, 2), encode);
    if (one > BRIEFLY || missing.size() < 2 + SOME) {
      return new Encoding(one, 0);
    }
    double some = seconds(missing.subList(2, 2 + SOME), encode);
    return of(one, some);
  }

  /**
   * On the line through both.
   *
   * @param some seconds of {@value #SOME} in a shard
   */
  static Encoding of(double one, double some) {
    double each = Math.max(0, some - one) / (SOME - 1);
    return new Encoding(each, Math.max(0, one - each));
  }

  private static <T> double seconds(List<T> work, Consumer<List<T>> encode) {
    long start = System.nanoTime();
    encode.accept(work);
    return secondsSince(start);
  }

  /** Of so many. */
  double seconds(int count) {
    int shards = (count + DatasetEncoder.SHARD - 1) / DatasetEncoder.SHARD;
    return count * each + shards * shard;
  }
}
