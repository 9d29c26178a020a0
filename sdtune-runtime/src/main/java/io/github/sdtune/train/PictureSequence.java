package io.github.sdtune.train;

import ai.djl.ndarray.types.Shape;
import io.github.sdtune.dataset.EncodedItem;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.Purpose;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Pictures in the order of a run, shuffled anew in each epoch, and cut into batches of one size.
 *
 * <p>Which picture comes when depends on the seed alone. Where pictures are of one size, a batch is
 * the next few of them. Where they are of several, each joins those of its size, and whenever there
 * are enough for a batch they are one: so every picture still counts as often as any other, and the
 * batch size moves a picture by no more than it must. What is left over waits for the next epoch.
 */
final class PictureSequence {
  /**
   * A picture at its place.
   *
   * @param occurrence how often it came before in the run
   */
  record Draw(EncodedItem item, int occurrence) {}

  private final List<EncodedItem> items;
  private final SampleOrder order;
  private final Copies copies;
  private final int batchSize;
  private final boolean oneSize;
  private final Map<Shape, List<Draw>> waiting = new HashMap<>();
  private long position;
  private long batches;

  /**
   * @param purpose of the numbers that shuffle
   * @param batchSize pictures in a batch
   */
  PictureSequence(List<EncodedItem> items, KeyedRandom random, Purpose purpose, int batchSize) {
    this.items = items;
    this.order = new SampleOrder(random, purpose, items.size());
    this.copies = new Copies(items.stream().map(EncodedItem::id).toList());
    this.batchSize = batchSize;
    this.oneSize = items.stream().map(EncodedItem::latentShape).distinct().count() <= 1;
  }

  /** The pictures of a batch, all of one size; batches count from 0. */
  List<Draw> batch(long number) {
    if (oneSize) {
      return LongStream.range(number * batchSize, (number + 1) * batchSize)
          .mapToObj(this::at)
          .toList();
    }
    if (number < batches) {
      waiting.clear();
      position = 0;
      batches = 0;
    }
    while (batches < number) {
      next();
    }
    return next();
  }

  private List<Draw> next() {
    while (true) {
      Draw draw = at(position);
      position++;
      List<Draw> alike =
          waiting.computeIfAbsent(draw.item().latentShape(), shape -> new ArrayList<>());
      alike.add(draw);
      if (alike.size() == batchSize) {
        waiting.remove(draw.item().latentShape());
        batches++;
        return alike;
      }
    }
  }

  private Draw at(long place) {
    SampleOrder.Draw draw = order.at(place);
    return new Draw(items.get(draw.item()), copies.occurrence(draw.item(), draw.epoch()));
  }
}
