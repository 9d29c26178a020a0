package io.github.sdtune.train;

import io.github.sdtune.dataset.EncodedItem;
import io.github.sdtune.inversion.InversionSettings;
import io.github.sdtune.tensor.KeyedRandom;
import io.github.sdtune.tensor.Purpose;
import java.util.List;
import java.util.Optional;

/** Draws what is said of a picture in training. */
final class CaptionDraw {
  private final Optional<InversionSettings> inversion;
  private final CaptionSettings settings;
  private final KeyedRandom random;

  /**
   * @param inversion whose templates there may be
   */
  CaptionDraw(Optional<InversionSettings> inversion, CaptionSettings settings, KeyedRandom random) {
    this.inversion = inversion;
    this.settings = settings;
    this.random = random;
  }

  /** One of those that the picture has. */
  private String written(EncodedItem item, int occurrence) {
    List<String> captions = item.item().captions();
    return captions.size() == 1
        ? captions.get(0)
        : captions.get(
            random.below(Purpose.CAPTION_CHOICE, item.id(), occurrence, captions.size()));
  }

  String of(EncodedItem item, int occurrence) {
    String id = item.id();
    if (settings.dropout() > 0
        && random.uniform(Purpose.CAPTION_DROPOUT, id, occurrence, 1)[0] < settings.dropout()) {
      return "";
    }
    String written = written(item, occurrence);
    String caption = inversion.map(i -> i.caption(written, random, id, occurrence)).orElse(written);
    return settings.variesTags()
        ? settings.vary(
            caption,
            tags -> random.permutation(Purpose.TAG_ORDER, id, occurrence, tags),
            tags -> random.uniform(Purpose.TAG_DROPOUT, id, occurrence, tags))
        : caption;
  }
}
