package io.github.sdtune.train;

import io.github.sdtune.dataset.EncodedItem;
import io.github.sdtune.inversion.InversionSettings;
import io.github.sdtune.tensor.KeyedRandom;
import java.util.Optional;

/** Draws what is said of a picture in training. */
final class CaptionDraw {
  private final Optional<InversionSettings> inversion;
  private final KeyedRandom random;

  /**
   * @param inversion whose templates there may be
   */
  CaptionDraw(Optional<InversionSettings> inversion, KeyedRandom random) {
    this.inversion = inversion;
    this.random = random;
  }

  String of(EncodedItem item, int occurrence) {
    String written = item.item().caption();
    return inversion
        .map(settings -> settings.caption(written, random, item.id(), occurrence))
        .orElse(written);
  }
}
