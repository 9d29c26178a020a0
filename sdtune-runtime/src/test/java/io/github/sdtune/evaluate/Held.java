package io.github.sdtune.evaluate;

import ai.djl.ndarray.types.Shape;
import io.github.sdtune.dataset.EncodedItem;
import io.github.sdtune.dataset.Item;
import io.github.sdtune.dataset.Split;
import java.util.Optional;

/** Held-out pictures for tests that need no tensors. */
final class Held {
  private Held() {}

  static Item item(String id, String imageClass) {
    return new Item(
        id, id + ".png", "a " + id, Optional.of(imageClass), Split.VALIDATION, 16, 16, 5);
  }

  static EncodedItem encoded(String id, String imageClass) {
    return new EncodedItem(
        item(id, imageClass), new float[1], new float[1], new Shape(1, 1, 1), 1, null);
  }
}
