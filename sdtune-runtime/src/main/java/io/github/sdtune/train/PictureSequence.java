package io.github.sdtune.train;

import io.github.sdtune.dataset.EncodedItem;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.Purpose;
import java.util.List;

/** Pictures in the order of a run, shuffled anew in each epoch. */
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

  /**
   * @param purpose of the numbers that shuffle
   */
  PictureSequence(List<EncodedItem> items, KeyedRandom random, Purpose purpose) {
    this.items = items;
    this.order = new SampleOrder(random, purpose, items.size());
    this.copies = new Copies(items.stream().map(EncodedItem::id).toList());
  }

  Draw at(long position) {
    SampleOrder.Draw draw = order.at(position);
    return new Draw(items.get(draw.item()), copies.occurrence(draw.item(), draw.epoch()));
  }
}
