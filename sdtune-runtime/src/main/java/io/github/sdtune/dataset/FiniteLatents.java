package io.github.sdtune.dataset;

import io.github.sdtune.SdtuneException;
import java.util.List;

/** Latents that training can use: one value that is not finite spoils every weight. */
final class FiniteLatents {
  private FiniteLatents() {}

  /**
   * The same items.
   *
   * @throws SdtuneException that names the pictures whose latents are not finite
   */
  static List<EncodedItem> require(List<EncodedItem> items) {
    SdtuneException.refuse(
        "pictures whose latents are not finite, as the base model's autoencoder computes them; look"
            + " at them or leave them out, and where it is all of them, the autoencoder's weights"
            + " are broken",
        items.stream()
            .filter(item -> !isFinite(item.mean()) || !isFinite(item.logvar()))
            .map(item -> item.item().file())
            .distinct()
            .toList());
    return items;
  }

  private static boolean isFinite(float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }
}
