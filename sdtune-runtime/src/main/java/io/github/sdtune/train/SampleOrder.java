package io.github.sdtune.train;

import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.Purpose;
import java.util.HashMap;
import java.util.Map;

/**
 * The endless sequence of training pictures: one shuffled epoch after the other. Which picture
 * stands at a position depends on the seed alone, so batch size and resuming cannot change it.
 */
public final class SampleOrder {
  /**
   * A picture at its place in the sequence.
   *
   * @param item index of the picture
   * @param epoch passes over the dataset that came before
   */
  public record Draw(int item, int epoch) {}

  private final KeyedRandom random;
  private final Purpose purpose;
  private final int items;
  private final Map<Integer, int[]> epochs = new HashMap<>();

  public SampleOrder(KeyedRandom random, int items) {
    this(random, Purpose.ORDER, items);
  }

  /**
   * @param purpose of the numbers that shuffle: each sequence of a run has its own
   */
  SampleOrder(KeyedRandom random, Purpose purpose, int items) {
    this.random = random;
    this.purpose = purpose;
    this.items = items;
  }

  public Draw at(long position) {
    int epoch = Math.toIntExact(position / items);
    return new Draw(epoch(epoch)[(int) (position % items)], epoch);
  }

  private int[] epoch(int epoch) {
    // Positions only grow, but a batch may reach into the next epoch.
    epochs.keySet().removeIf(old -> old < epoch - 1);
    return epochs.computeIfAbsent(epoch, e -> random.permutation(purpose, "epoch", e, items));
  }
}
