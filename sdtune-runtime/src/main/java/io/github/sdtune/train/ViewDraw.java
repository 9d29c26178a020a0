package io.github.sdtune.train;

import io.github.sdtune.dataset.AugmentationSettings;
import io.github.sdtune.dataset.EncodedItem;
import io.github.sdtune.dataset.Item;
import io.github.sdtune.dataset.View;
import io.github.sdtune.tensor.KeyedRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Draws which of its views a picture is seen in. */
final class ViewDraw {
  private final Map<Item, List<View>> views;
  private final AugmentationSettings settings;
  private final KeyedRandom random;

  /**
   * @param views of pictures; those that have none are seen as they are
   */
  ViewDraw(Map<Item, List<View>> views, AugmentationSettings settings, KeyedRandom random) {
    this.views = views;
    this.settings = settings;
    this.random = random;
  }

  View of(EncodedItem picture, int occurrence) {
    List<View> ways = views.get(picture.item());
    return ways == null
        ? new View(picture, Optional.empty())
        : ways.get(settings.draw(random, picture.id(), occurrence));
  }
}
